import { faultyD1 } from '../../../test/doubles/faults.ts'

type Env = { DB: D1Database }
type Worker = { fetch: (request: Request, env: Env, context: ExecutionContext) => unknown }

// Requests and gates share this isolate locally, as they share nothing in production.
const state = { ms: 0, requests: 0, reads: 0, writes: 0 }
const known = new WeakMap<D1Database, D1Database>()

/** D1 of which each round trip takes longer once it has been moved away. */
export function farDatabase(d1: D1Database): D1Database {
  const made =
    known.get(d1) ??
    faultyD1(d1, async ({ texts }) => {
      const isRead = texts.every((text) => /^\s*(?:SELECT|WITH)\b/i.test(text))
      state[isRead ? 'reads' : 'writes'] += 1
      if (state.ms > 0) await new Promise((resolve) => setTimeout(resolve, state.ms))
    })
  known.set(d1, made)
  return made
}

/** A Worker on such a database; `/far` moves it so many milliseconds away, `/stub-counts` tells of round trips. */
export function farWorker(worker: Worker, ms: number): ExportedHandler<Env> {
  const envs = new WeakMap<Env, Env>()
  return {
    fetch(request, env, context) {
      if (request.url.endsWith('/stub-counts')) return Response.json(state)
      if (request.url.endsWith('/far')) {
        state.ms = ms
        return new Response('done')
      }
      state.requests++
      const far = envs.get(env) ?? { ...env, DB: farDatabase(env.DB) }
      envs.set(env, far)
      return worker.fetch(request, far, context) as Response
    },
  }
}
