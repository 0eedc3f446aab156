import { AsyncLocalStorage } from 'node:async_hooks'
import { readKeyRing } from '../../../src/crypto/key-ring.ts'
import { signedTexts } from '../../../src/crypto/seals.ts'
import { type Anchor, signedPart } from '../../../src/domain/anchor.ts'
import worker, { type WorkerEnv } from '../../../src/worker.ts'
import {
  aMinutePasses,
  type Call,
  type Fault,
  faultyD1,
  faultyKv,
  withFault,
} from '../../doubles/faults.ts'
import type { Order, Trace } from './order.ts'
import { siteOf } from './sites.ts'

// The real Worker, handed an environment in which one thing fails, as the order says that comes with
// the request. The environment is a new object for each request: to the server, a cold isolate.

type Env = WorkerEnv & Record<string, unknown>
type Running = Trace & { order: Order; seen: Map<string, number> }
type Binding = Parameters<typeof siteOf>[0]

const running = new AsyncLocalStorage<Running>()
const traces = new Map<string, Running>()
const mails: { to: string; text: string }[] = []

const { unwrapKey } = crypto.subtle
const { now } = Date
Object.assign(crypto.subtle, {
  unwrapKey: (...args: Parameters<typeof unwrapKey>) =>
    at('key', ['unwrap'], () => unwrapKey.apply(crypto.subtle, args)),
})
Date.now = () => now() + (running.getStore()?.order.clock ?? 0) * 1000

/** Names the call, notes it, and answers the fault that meets it. */
function meet(binding: Binding, { texts }: Pick<Call, 'texts'>): Fault | null {
  const trace = running.getStore()
  if (!trace) return null
  const name = siteOf(binding, texts)
  const nth = (trace.seen.get(name) ?? 0) + 1
  trace.seen.set(name, nth)
  const site = nth === 1 ? name : `${name} ${nth}`
  trace.sites.push(site)
  const { order } = trace
  const isHere = site === order.site || `${binding}: all` === order.site
  if (isHere) trace.met = true
  if (order.mode === 'lost, then down' && trace.met && binding === 'd1') {
    return isHere ? 'throws after commit' : 'throws'
  }
  return isHere && order.mode !== 'stale' ? (order.mode as Fault) : null
}

/** A call with whatever meets it; what came back is noted. */
async function at<T>(binding: Binding, texts: string[], run: () => Promise<T>): Promise<T> {
  const trace = running.getStore()
  const fault = meet(binding, { texts })
  const answer = await withFault(fault, run).catch((error: unknown) => {
    // The message of Cloudflare's binding when it does not know the outcome either.
    if (fault === 'throws after commit') throw new Error('Network connection lost.')
    throw error
  })
  trace?.answered.push(siteOf(binding, texts))
  return answer
}

/** KV as a location shows it that has heard of nothing yet. */
function staleKv(kv: KVNamespace): KVNamespace {
  const stale: Record<string, (...args: unknown[]) => Promise<unknown>> = {
    get: async (key) => (Array.isArray(key) ? new Map(key.map((one) => [one, null])) : null),
    list: async () => ({ keys: [], list_complete: true }),
  }
  return new Proxy(kv, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      const fresh = value.bind(target) as (...args: unknown[]) => Promise<unknown>
      return (...args: unknown[]) => {
        const { order } = running.getStore() ?? {}
        const site = siteOf('kv', [`${String(name)} ${String(args[0])}`])
        const isStale = order?.mode === 'stale' && [site, 'kv: all'].includes(order.site ?? '')
        return (isStale ? (stale[String(name)] ?? fresh) : fresh)(...args)
      }
    },
  })
}

function environment(env: Env, order: Order): Env {
  const noteAnswer = (texts: string[]) =>
    void running.getStore()?.answered.push(siteOf('d1', texts))
  const EMAIL = {
    send: ({ to, text }: { to: string; text: string }) =>
      at('mail', ['send'], async () => {
        mails.push({ to, text })
        return { messageId: 'theirs' }
      }),
  }
  const made: Env = {
    ...env,
    DB: faultyD1(env.DB, (call) => meet('d1', call), noteAnswer),
    DENYLIST: faultyKv(staleKv(env.DENYLIST), (call) => meet('kv', call)),
    EMAIL: EMAIL as unknown as SendEmail,
  }
  for (const [name, value] of Object.entries(order.vars ?? {})) {
    if (value === null) delete made[name]
    else made[name] = value
  }
  return made
}

/** The platform's context, and a count of the work that is still to be done behind the answer. */
function watched(context: ExecutionContext, trace: Running): ExecutionContext {
  return {
    ...context,
    waitUntil(promise: Promise<unknown>) {
      trace.behind += 1
      context.waitUntil(promise.finally(() => void (trace.behind -= 1)))
    },
    passThroughOnException: () => {},
  }
}

async function runCron(env: Env, context: ExecutionContext): Promise<Response> {
  try {
    await worker.scheduled({ cron: '* * * * *' } as ScheduledController, env, context)
    return new Response('ok')
  } catch (error) {
    return new Response(error instanceof Error ? error.message : 'unknown', { status: 500 })
  }
}

type Asked = { sql: string; bound: unknown[]; id: string; key: string; anchor: Anchor }

/** As the server keeps it. */
function signed(anchor: Anchor, { AUDIT_KEY, ISSUER = '' }: Env): Promise<string> {
  const texts = signedTexts(readKeyRing('AUDIT_KEY', AUDIT_KEY), 'anchor')
  return texts.write(signedPart(ISSUER, anchor))
}

/** Answers the test's questions about the world itself, where nothing fails. */
async function tell(what: string, request: Request, env: Env): Promise<Response> {
  const { DB, DENYLIST } = env
  const asked = (await request.json()) as Asked
  if (what === 'rows') {
    const { results } = await DB.prepare(asked.sql)
      .bind(...asked.bound)
      .all()
    return Response.json(results)
  }
  if (what === 'entry') return Response.json(await DENYLIST.get(asked.key))
  if (what === 'anchor') await DENYLIST.put('anchor:latest', await signed(asked.anchor, env))
  if (what === 'minute') await aMinutePasses({ now: 0 }, DB)
  if (what === 'mails') return Response.json(mails)
  const trace = what === 'trace' ? traces.get(asked.id) : undefined
  if (!trace) return Response.json(null)
  const { sites, answered, met, behind, done } = trace
  return Response.json({ sites, answered, met, behind, done } satisfies Trace)
}

export default {
  async fetch(request, env, context): Promise<Response> {
    const { pathname } = new URL(request.url)
    const what = /^\/tell\/(.*)/.exec(pathname)?.[1]
    if (what) return tell(what, request, env)
    const order = JSON.parse(request.headers.get('x-fault') ?? '{"id":""}') as Order
    const trace: Running = {
      order,
      seen: new Map(),
      sites: [],
      answered: [],
      met: false,
      behind: 0,
      done: false,
    }
    if (order.id !== '') traces.set(order.id, trace)
    return running.run(trace, async () => {
      const faulty = environment(env, order)
      const watching = watched(context, trace)
      const isCron = pathname === '/test/cron'
      const response = await (isCron
        ? runCron(faulty, watching)
        : worker.fetch(request, faulty, watching))
      trace.done = true
      return response
    })
  },
} satisfies ExportedHandler<Env>
