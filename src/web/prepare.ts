import { routePath } from 'hono/route'
import type { Address } from '../domain/credential.ts'
import type { Deps } from '../domain/deps.ts'
import type { RequestFacts } from '../domain/request-facts.ts'
import { contextOf, runInBackground, type Work } from './background.ts'
import { readAgain } from './body.ts'
import type { AppContext, Prepare } from './app-env.ts'
import { requestIdOf } from './request-id.ts'
import { tellRequest } from './tell-request.ts'

/** The deps that all requests of an environment share; without those of a single request. */
export type SharedDeps = Omit<Deps, 'defer' | 'learn' | 'answerAfter'>

export type Preparation = {
  issuer: string
  sharedDeps: (env: object) => SharedDeps
  clientAddress: (request: Request) => Address
}

/** One request, with everything that the handlers of both doors need besides it. */
export type Call = {
  request: Request
  deps: Deps
  address: Address
  requestId: RequestId
}

/** Worked out when it is first asked for: a token does not need it. */
type RequestId = () => string

type Prepared = {
  requestId: RequestId
  /**
   * The call, for the request as it was read.
   * @throws Error if a key or a binding of the environment is missing or wrong
   */
  call: (request: Request) => Call
  /** Waits for what the answer must not precede; null if there is nothing. */
  awaited: () => Promise<unknown> | null
  /** Starts the work that was deferred: also where a later step of a committed change failed. */
  startDeferred: (context: () => ExecutionContext | null) => void
  /** Tells the log and the metrics how the request ended; nothing where it was not even begun. */
  tell: (endpoint: string, status: number, error?: Error) => void
  /** The facts known about the request so far. */
  facts: RequestFacts
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
  const first: Promise<void>[] = []
  const defer = (work: Work) => void works.push(work)
  const answerAfter = (work: Promise<void>) => void first.push(work)
  const facts: RequestFacts = { isProven: false }
  const learn = (more: Partial<RequestFacts>) => void Object.assign(facts, more)
  let shared: SharedDeps | undefined
  let began = 0
  return {
    requestId,
    call(request) {
      shared = sharedDeps(env)
      began = shared.metrics?.clock() ?? 0
      const deps = { ...shared, defer, learn, answerAfter }
      return { request, deps, address: clientAddress(request), requestId }
    },
    awaited: () => (first.length > 0 ? Promise.all(first) : null),
    startDeferred(context) {
      if (works.length > 0) runInBackground(context(), works, requestId())
    },
    tell(endpoint, status, error) {
      if (!shared) return
      const answered = { request: raw, endpoint, status, error, began, facts, requestId }
      tellRequest(shared, answered, clientAddress)
    },
    facts,
  }
}

/** Fills a route's context for its handlers, and starts the work after the answer. */
export function prepareWith(preparation: Preparation): Prepare {
  const base = new URL(preparation.issuer).pathname.replace(/\/$/, '')
  return async (c, next) => {
    const request = prepared(preparation, c.req.raw, c.env as object)
    const { awaited, startDeferred, tell } = request
    // Before anything that may fail: the log names the request then too.
    c.set('requestId', request.requestId())
    const { deps, address } = request.call(c.req.raw)
    const endpoint = endpointOf(c, base)
    c.set('address', address)
    c.set('deps', deps)
    c.set('tell', (status, error) => tell(endpoint, status, error))
    try {
      // A host's middleware may have read the body before us.
      if (c.req.raw.bodyUsed) c.req.raw = await readAgain(c.req)
      await next()
      // A thrown error is told by the handler that renders it.
      tell(endpoint, c.res.status)
    } finally {
      const pending = awaited()
      if (pending) await pending
      startDeferred(() => contextOf(c))
    }
  }
}

const KNOWN_METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** The route that matched, as in `PUT /admin/v1/roles/:role_id`: there are only so many of them. */
function endpointOf(c: AppContext, base: string): string {
  const [{ method }, path] = [c.req, routePath(c)]
  const name = KNOWN_METHODS.has(method) ? method : 'OTHER'
  return `${name} ${path.startsWith(`${base}/`) ? path.slice(base.length) : path}`
}
