import { parseArgs } from 'node:util'
import { createTestHarness } from 'wrangler'
import { apart } from '../test/support/node/apart.ts'
import type { Fixtures } from './growth-fixtures.ts'
import { OPERATIONS } from './growth-operations.ts'
import { printStatementTimes } from './growth-sqlite.ts'
import type { Burst, Filled, Measured } from './growth-worker.ts'

const SIZES = '1000,100000'
const AT_ONCE = 25_000
const REPEATS = 9
/** How many changes at once, and how far D1 is then. */
const BURSTS = [1, 10, 100].flatMap((many) => [0, 20].map((away) => [many, away] as const))
const HOUR = 3600
const DAY = 24 * HOUR

/** Every operation (or `--only` those with a text in their name) among more and more clients, with as many audit events: what each costs D1. */
export async function run(args: string[]): Promise<void> {
  const options = {
    sizes: { type: 'string', default: SIZES },
    only: { type: 'string', default: '' },
  } as const
  const { sizes, only } = parseArgs({ args, options }).values
  const server = createTestHarness(apart({ workers: [{ config: CONFIG }] }))
  await server.listen()
  const worker = server.getWorker('growth')
  await worker.applyD1Migrations('DB')
  // Early in a day: nothing ends while it runs but where an operation moves the clock to the next.
  const now = Math.floor(Date.now() / 1000 / DAY) * DAY + HOUR
  async function ask<T>(path: string, body?: object): Promise<T> {
    const init = body ? { method: 'POST', body: JSON.stringify(body) } : {}
    const response = await worker.fetch(`http://localhost/${path}now=${now}`, init)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
  const columns: Column[] = []
  let before = { clients: 0, bytes: await ask<number>('background?') }
  for (const size of sizes.split(',').map(Number)) {
    const begun = performance.now()
    let [bytes, ofEvents] = [before.bytes, 0]
    for (let from = before.clients; from < size; from += AT_ONCE) {
      const filled = await ask<Filled>(`fill?many=${Math.min(AT_ONCE, size - from)}&`)
      bytes = filled.bytes
      ofEvents += filled.ofEvents
    }
    const seconds = Math.round((performance.now() - begun) / 1000)
    const each = (of: number) => Math.round(of / (size - before.clients))
    console.log(
      `${size} clients: filled in ${seconds} s, ${bytes} bytes, for each that came ` +
        `${each(bytes - before.bytes)}, ${each(ofEvents)} of them its audit event`,
    )
    before = { clients: size, bytes }
    columns.push({ size, measured: await measureAll(ask, only) })
    // Printed at once: the next size may take long.
    printTable(columns)
  }
  await printBursts(ask)
  await server.close()
  await printStatementTimes()
}

const CONFIG = {
  name: 'growth',
  main: 'bench/growth-worker.ts',
  compatibility_date: '2026-10-20',
  d1_databases: [{ binding: 'DB', database_id: 'growth-bench', migrations_dir: 'migrations' }],
  kv_namespaces: [{ binding: 'DENYLIST' }],
}

type Column = { size: number; measured: Map<string, Measured> }

async function measureAll(
  ask: <T>(path: string, body?: object) => Promise<T>,
  only: string,
): Promise<Map<string, Measured>> {
  const fixtures = await ask<Fixtures>('fixtures?')
  console.log(`the cron had nothing left to do after ${await ask<number>('settle?')} runs`)
  const measured = new Map<string, Measured>()
  const asked = Object.entries(OPERATIONS).filter(([name]) => name.includes(only))
  for (const [name, { repeats = REPEATS }] of asked) {
    if (name.includes('due') && !name.includes('nothing')) await ask('due?')
    const body = { name, fixtures, repeats }
    measured.set(name, await ask<Measured>('measure?', body))
  }
  return measured
}

/** Changes at once: all wait for one another, because each continues the log where the last one ended. */
async function printBursts(ask: <T>(path: string, body?: object) => Promise<T>): Promise<void> {
  const fixtures = await ask<Fixtures>('fixtures?')
  console.log(
    '\n| changes at once | ms to D1 | made | statements | changes a second |\n|---|---|---|---|---|',
  )
  for (const [many, away] of BURSTS) {
    const burst = await ask<Burst>(`burst?many=${many}&away=${away}&`, fixtures)
    const { done, seconds, statements } = burst
    console.log(`| ${many} | ${away} | ${done} | ${statements} | ${(done / seconds).toFixed(1)} |`)
  }
}

/** Rows read and milliseconds at each size; statements, rows of the answer and rows written at the largest. */
function printTable(columns: Column[]): void {
  const last = columns.at(-1)?.measured ?? new Map<string, Measured>()
  const sizes = columns.map(({ size }) => size.toLocaleString('en'))
  const heads = ['operation', 'statements', 'answered', 'written']
  const all = [...heads, ...sizes.map((n) => `rows_read, ${n}`), ...sizes.map((n) => `ms, ${n}`)]
  console.log(`\n| ${all.join(' | ')} |\n|${'---|'.repeat(all.length)}`)
  for (const [name, { statements, answered, written }] of last) {
    const each = columns.flatMap(({ measured }) => measured.get(name) ?? [])
    const cells = [
      name,
      statements,
      answered ?? '',
      written,
      ...each.map(({ read }) => read),
      ...each.map(({ ms }) => Math.round(ms)),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}
