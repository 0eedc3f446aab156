import { GateOn } from '../src/gate.ts'
import worker, { type WorkerEnv } from '../src/worker.ts'
import { faultyD1 } from '../test/doubles/faults.ts'

// The deployed Worker on a D1 that is far away: each round trip takes so many milliseconds longer.
// Objects and requests share this isolate's counters locally, as they share nothing in production.

type Env = WorkerEnv & { FAR_MS: string }

const reads = { byWorker: 0, byGates: 0 }

function far(env: Env, by: keyof typeof reads): D1Database {
  const late = () => new Promise<void>((resolve) => setTimeout(resolve, Number(env.FAR_MS)))
  return faultyD1(env.DB, ({ texts }) => {
    if (/^\s*(SELECT|WITH)\b/i.test(texts[0] ?? '')) reads[by] += 1
    return late()
  })
}

export class Gate extends GateOn<Env> {
  protected override database(): D1Database {
    return far(this.env, 'byGates')
  }
}

let made: { gated: Env; plain: Env } | undefined

/** `/plain/…` is answered without gates; an environment is made once, as the server remembers it. */
export default {
  async fetch(request, env, context) {
    const url = new URL(request.url)
    if (url.pathname === '/reads') return Response.json(reads)
    const { GATES, ...rest } = env
    made ??= {
      gated: { ...rest, DB: far(env, 'byWorker'), ...(GATES && { GATES }) },
      plain: { ...rest, DB: far(env, 'byWorker') },
    }
    const isPlain = url.pathname.startsWith('/plain/')
    if (isPlain) url.pathname = url.pathname.slice('/plain'.length)
    const sent = new Request(url, request)
    return worker.fetch(sent, isPlain ? made.plain : made.gated, context)
  },
} satisfies ExportedHandler<Env>
