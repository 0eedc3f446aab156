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

/** Fills a route's context for its handlers, and starts the work after the answer. */
export function prepareWith({ sharedDeps, clientAddress }: Preparation): Prepare {
  return async (c, next) => {
    // A host's middleware may have read the body before us.
    if (c.req.raw.bodyUsed) c.req.raw = await readAgain(c.req)
    const requestId = requestIdOf(c.req.raw)
    c.set('requestId', requestId)
    c.set('address', clientAddress(c.req.raw))
    const works: Work[] = []
    const defer = (work: Work) => void works.push(work)
    c.set('deps', { ...sharedDeps(c.env as object), defer })
    try {
      await next()
    } finally {
      // Background work of a committed change starts even where a later step failed.
      runInBackground(contextOf(c), works, requestId)
    }
  }
}
