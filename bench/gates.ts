import { parseArgs } from 'node:util'
import { createTestHarness } from 'wrangler'
import { apart } from '../test/support/node/apart.ts'
import { API, BOOTSTRAP_TOKEN, KEYS } from '../test/world/names.ts'
import { type Caller, Clients, type Subject } from './gates-clients.ts'

const OPTIONS = {
  clients: { type: 'string', default: '1000' },
  seconds: { type: 'string', default: '40' },
  connections: { type: 'string', default: '32' },
  far: { type: 'string', default: '80' },
} as const

/** Tokens and introspection with gates and without, on a D1 that is far away; and a suspension under load. */
export async function run(args: string[]): Promise<void> {
  const given = parseArgs({ args, options: OPTIONS }).values
  const [many, seconds, connections] = [given.clients, given.seconds, given.connections].map(Number)
  const server = createTestHarness(apart({ workers: [{ config: configOf(given.far) }] }))
  const { url } = await server.listen()
  await server.getWorker('gates').applyD1Migrations('DB')
  try {
    const clients = await Clients.make(String(url), API, BOOTSTRAP_TOKEN, many ?? 0)
    for (const door of ['plain/', '']) {
      for (const kind of ['token', 'introspect'] as const) {
        await printLoad(clients, {
          door,
          kind,
          seconds: seconds ?? 0,
          connections: connections ?? 0,
        })
      }
    }
    await printSuspensions(clients, connections ?? 0)
  } finally {
    await server.close()
  }
}

const configOf = (far: string) => ({
  name: 'gates',
  main: 'bench/gates-worker.ts',
  compatibility_date: '2026-10-20',
  d1_databases: [{ binding: 'DB', database_id: 'gates-bench', migrations_dir: 'migrations' }],
  kv_namespaces: [{ binding: 'DENYLIST' }],
  durable_objects: { bindings: [{ name: 'GATES', class_name: 'Gate' }] },
  migrations: [{ tag: 'gates', new_sqlite_classes: ['Gate'] }],
  vars: { ...KEYS, BOOTSTRAP_TOKEN, FAR_MS: far },
})

type Load = { door: string; kind: 'token' | 'introspect'; seconds: number; connections: number }

async function printLoad(clients: Clients, { door, kind, seconds, connections }: Load) {
  const before = await clients.reads()
  const times: number[] = []
  const began = performance.now()
  const ends = began + seconds * 1000
  const work = async () => {
    while (performance.now() < ends) {
      const [subject, asked] = [clients.any(), performance.now()]
      if (!subject) return
      await (kind === 'token' ? clients.token(subject, door) : clients.isActive(subject, door))
      times.push(performance.now() - asked)
    }
  }
  await Promise.all(Array.from({ length: connections }, work))
  const passed = (performance.now() - began) / 1000
  const after = await clients.reads()
  const reads = after.byWorker + after.byGates - before.byWorker - before.byGates
  times.sort((a, b) => a - b)
  const at = (share: number) => Math.round(times[Math.floor(times.length * share)] ?? 0)
  const rate = (count: number) => Math.round(count / passed)
  console.log(
    `${door === '' ? 'with gates' : 'without'}, ${kind}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
      `${rate(times.length)} requests a second, ${rate(reads)} D1 reads a second`,
  )
}

const SUSPENSIONS = 20

/** Whether any question that began after a suspension's answer was told that the token is active. */
async function printSuspensions(clients: Clients, connections: number): Promise<void> {
  const cutOff = new Map<Caller, number>()
  const counts = { asked: 0, afterwards: 0, wrong: 0 }
  const load = { isOn: true }
  const ask = async (subject: Subject) => {
    const from = performance.now()
    const isActive = await clients.isActive(subject, '')
    counts.asked += 1
    const since = cutOff.get(subject)
    if (since === undefined || from <= since) return
    counts.afterwards += 1
    if (isActive) counts.wrong += 1
  }
  const asking = Array.from({ length: connections }, async (_, at) => {
    const one = clients.all[(at < 8 ? 0 : at) % clients.all.length]
    if (!one) return
    while (load.isOn) await ask(one)
  })
  const took: number[] = []
  const [subject] = clients.all
  if (!subject) throw new Error('--clients must be 1 or more')
  for (let nth = 0; nth < SUSPENSIONS; nth++) {
    const began = performance.now()
    await clients.suspend(subject)
    took.push(performance.now() - began)
    cutOff.set(subject, performance.now())
    await new Promise((resolve) => setTimeout(resolve, 500))
    cutOff.delete(subject)
    await clients.resume(subject)
  }
  load.isOn = false
  await Promise.all(asking)
  took.sort((a, b) => a - b)
  console.log(
    `${SUSPENSIONS} suspensions under load: acknowledged after ${Math.round(took[0] ?? 0)} to ` +
      `${Math.round(took.at(-1) ?? 0)} ms (median ${Math.round(took[SUSPENSIONS / 2] ?? 0)}); ` +
      `${counts.asked} questions, ${counts.afterwards} after an acknowledgement, ${counts.wrong} answered wrongly`,
  )
}
