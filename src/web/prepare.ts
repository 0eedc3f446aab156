import type { Address } from '../domain/credential.ts'
import type { Deps } from '../domain/deps.ts'
import { contextOf, runInBackground, type Work } from './background.ts'
import { readAgain } from './body.ts'
import type { Prepare } from './app-env.ts'
import { requestIdOf } from './request-id.ts'

/** The deps that all requests of an environment share; without those of a single request. */
export type SharedDeps = Omit<Deps, 'defer'>

export type Preparation = {
  issuer: string
  sharedDeps: (env: object) => SharedDeps
  clientAddress: (request: Request) => Address
}

/** One request, with everything that the handlers of both doors need besides it. */
export type Call = {
  request: Request
  deps: Deps
  readonly address: Address
  readonly requestId: string
}

type Prepared = {
  /** Worked out when it is first asked for: a token does not need it. */
  readonly requestId: string
  /**
   * The call, for the request as it was read.
   * @throws Error if a key or a binding of the environment is missing or wrong
   */
  call: (request: Request) => Call
  /** Starts the work that was deferred: also where a later step of a committed change failed. */
  startDeferred: (context: () => ExecutionContext | null) => void
}

/** Prepares a request, for an endpoint without Hono and for Hono's routes alike. */
export function prepared(
  { sharedDeps, clientAddress }: Preparation,
  raw: Request,
  env: object,
): Prepared {
  let id: string | undefined
  const requestId = () => (id ??= requestIdOf(raw))
  const works: Work[] = []
  const defer = (work: Work) => void works.push(work)
  return {
    get requestId() {
      return requestId()
    },
    call: (request) => ({
      request,
      deps: { ...sharedDeps(env), defer },
      get address() {
        return clientAddress(request)
      },
      get requestId() {
        return requestId()
      },
    }),
    startDeferred(context) {
      if (works.length > 0) runInBackground(context(), works, requestId())
    },
  }
}

/** Fills a route's context for its handlers, and starts the work after the answer. */
export function prepareWith(preparation: Preparation): Prepare {
  return async (c, next) => {
    // A host's middleware may have read the body before us.
    if (c.req.raw.bodyUsed) c.req.raw = await readAgain(c.req)
    const { call, startDeferred } = prepared(preparation, c.req.raw, c.env as object)
    const { deps, address, requestId } = call(c.req.raw)
    c.set('requestId', requestId)
    c.set('address', address)
    c.set('deps', deps)
    try {
      await next()
    } finally {
      startDeferred(() => contextOf(c))
    }
  }
}
