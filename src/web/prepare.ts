import type { Context } from 'hono'
import type { Deps } from '../domain/ports.ts'
import type { Address } from '../domain/credential.ts'
import { readAgain } from './body.ts'
import type { Prepare } from './door.ts'
import { logFailure } from './log.ts'

type Preparation = {
  /** What all requests of an environment share; without what hangs on one request. */
  sharedDeps: (env: object) => Omit<Deps, 'afterwards'>
  clientAddress: (request: Request) => Address
}

/** Gives a route what its handlers find in their context, and starts the work behind the answer. */
export function prepareWith({ sharedDeps, clientAddress }: Preparation): Prepare {
  return async (c, next) => {
    const requestId = requestIdOf(c.req.header('cf-ray'))
    c.set('requestId', requestId)
    c.set('address', clientAddress(c.req.raw))
    // A host's middleware may have read the body before us.
    if (c.req.raw.bodyUsed) c.req.raw = await readAgain(c.req)
    const later = workBehindTheAnswer(requestId)
    c.set('deps', { ...sharedDeps(c.env as object), afterwards: later.add })
    await next()
    later.start(contextOf(c))
  }
}

/** Cloudflare's id of the request; off Cloudflare the header could be anything a caller sends. */
function requestIdOf(ray: string | undefined): string {
  return ray !== undefined && /^[0-9a-f]{16}(-[A-Z]{3})?$/.test(ray) ? ray : crypto.randomUUID()
}

/** Work that starts when the answer is on its way; its failure is logged, and concerns it no more. */
function workBehindTheAnswer(requestId: string) {
  const works: (() => Promise<unknown>)[] = []
  return {
    add: (work: () => Promise<unknown>) => void works.push(work),
    start(context: Pick<ExecutionContext, 'waitUntil'> | null) {
      for (const work of works) {
        const done = nextTask().then(work)
        const told = done.catch((error: Error) => logFailure(error, requestId))
        context?.waitUntil(told)
      }
    },
  }
}

/** None in a host's own tests, which call `app.request` without one: Hono's getter then throws. */
export function contextOf(c: Context): ExecutionContext | null {
  try {
    return c.executionCtx as ExecutionContext
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}
