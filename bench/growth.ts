import { createTestHarness } from 'wrangler'
import type { BenchOptions } from '../scripts/bench.ts'
import type { Cast } from './growth-cast.ts'
import { OPERATIONS } from './growth-operations.ts'
import type { Measured } from './growth-worker.ts'

const SIZES = '1000,100000'
const AT_ONCE = 25_000
const REPEATS = 9
const HOUR = 3600
const DAY = 24 * HOUR

/** Every operation among more and more clients, with as many audit events: what each costs D1. */
export async function run({ sizes = SIZES }: BenchOptions): Promise<void> {
  const server = createTestHarness({ workers: [{ config: CONFIG }] })
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
    let bytes = before.bytes
    for (let from = before.clients; from < size; from += AT_ONCE) {
      bytes = await ask<number>(`fill?many=${Math.min(AT_ONCE, size - from)}&`)
    }
    const seconds = Math.round((performance.now() - begun) / 1000)
    const each = Math.round((bytes - before.bytes) / (size - before.clients))
    console.log(
      `${size} clients: filled in ${seconds} s, ${bytes} bytes, ${each} for each that came`,
    )
    before = { clients: size, bytes }
    columns.push({ size, measured: await measureAll(ask) })
    // What is measured is told at once: the next size may take long.
    printTable(columns)
  }
  await server.close()
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
  const cast = await ask<Cast>('cast?')
  const measured = new Map<string, Measured>()
  for (const [name, { repeats = REPEATS }] of Object.entries(OPERATIONS)) {
    if (name.includes('due') && !name.includes('nothing')) await ask('due?')
    const body = { name, cast, repeats }
    measured.set(name, await ask<Measured>('measure?', body))
  }
  return measured
}

/** Of each size: milliseconds in all and in SQL, rows read and written; and the rows of the answer. */
function printTable(columns: Column[]): void {
  const [first] = columns
  const heads = columns.map(({ size }) => ` ${size} clients: ms | sql ms | rows_read | written |`)
  console.log(`\n| operation | statements | rows answered |${heads.join('')}`)
  console.log(`|---|---|---|${columns.map(() => '---|---|---|---|').join('')}`)
  for (const [name, { statements }] of first?.measured ?? []) {
    const last = columns.at(-1)?.measured.get(name)
    const cells = columns.map(({ measured }) => {
      const one = measured.get(name)
      return one
        ? ` ${one.ms.toFixed(1)} | ${one.sqlMs.toFixed(1)} | ${one.read} | ${one.written} |`
        : ''
    })
    console.log(`| ${name} | ${statements} | ${last?.answered ?? ''} |${cells.join('')}`)
  }
}
