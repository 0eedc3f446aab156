import { parseArgs } from 'node:util'
import { createTestHarness } from 'wrangler'
import { apart } from '../test/support/node/apart.ts'
import type { Fixtures } from './growth-fixtures.ts'
import { OPERATIONS } from './growth-operations.ts'
import { printStatementTimes } from './growth-sqlite.ts'
import type { Filled, Measured } from './growth-worker.ts'

const SIZES = '1000,100000'
const AT_ONCE = 25_000
const REPEATS = 9
const HOUR = 3600
const DAY = 24 * HOUR

/** Every operation among more and more clients, with as many audit events: what each costs D1. */
export async function run(args: string[]): Promise<void> {
  const options = { sizes: { type: 'string', default: SIZES } } as const
  const { sizes } = parseArgs({ args, options }).values
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
    columns.push({ size, measured: await measureAll(ask) })
    // Printed at once: the next size may take long.
    printTable(columns)
  }
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
): Promise<Map<string, Measured>> {
  const fixtures = await ask<Fixtures>('fixtures?')
  console.log(`the cron had nothing left to do after ${await ask<number>('settle?')} runs`)
  const measured = new Map<string, Measured>()
  for (const [name, { repeats = REPEATS }] of Object.entries(OPERATIONS)) {
    if (name.includes('due') && !name.includes('nothing')) await ask('due?')
    const body = { name, fixtures, repeats }
    measured.set(name, await ask<Measured>('measure?', body))
  }
  return measured
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
