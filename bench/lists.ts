import { parseArgs } from 'node:util'
import { createTestHarness } from 'wrangler'
import { apart } from '../test/support/node/apart.ts'
import type { Cost } from './lists-worker.ts'

const AT_ONCE = 25_000

type Timed<T> = Omit<Cost, 'result'> & { ms: number; result: T }

/** Status lists of very many clients: how many there are, how large, and what each costs to make. */
export async function run(args: string[]): Promise<void> {
  const options = { clients: { type: 'string', default: '20000' } } as const
  const clients = Number(parseArgs({ args, options }).values.clients)
  const server = createTestHarness(apart({ workers: [{ config: CONFIG }] }))
  await server.listen()
  const worker = server.getWorker('lists')
  await worker.applyD1Migrations('DB')
  async function ask<T>(step: string, query: Record<string, string | number>): Promise<Timed<T>> {
    const begun = performance.now()
    const search = new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)]))
    const response = await worker.fetch(`http://localhost/${step}?${search}`)
    if (!response.ok) throw new Error(`${step}: ${response.status} ${await response.text()}`)
    return { ...((await response.json()) as Timed<T>), ms: performance.now() - begun }
  }
  for (let from = 0; from < clients; from += AT_ONCE) {
    await ask('fill', { from, to: Math.min(from + AT_ONCE, clients) })
  }
  const placing: Timed<number | null>[] = []
  for (let position: number | null = 0; position !== null; ) {
    const step: Timed<number | null> = await ask('place', { position })
    placing.push(step)
    position = step.result
  }
  print('a run of the cron that gives places', placing)
  const path = '/oauth/status-lists'
  type Answer = { text: string; status: number }
  const all = await ask<Answer>('list', { path })
  const uris = (JSON.parse(all.result.text) as { status_lists: string[] }).status_lists
  const made: Timed<Answer>[] = []
  for (const uri of uris) made.push(await ask('list', { path: new URL(uri).pathname }))
  console.log(`${clients} clients: ${uris.length} lists`)
  print('which lists there are', [all])
  print('a list, made anew', made.slice(1))
  const sizes = made.map(({ result }) => result.text.length).sort((a, b) => a - b)
  console.log(`bytes of a list: ${sizes[0]} to ${sizes.at(-1)}, all ${sum(sizes)}`)
  await server.close()
}

const CONFIG = {
  name: 'lists',
  main: 'bench/lists-worker.ts',
  compatibility_date: '2026-10-20',
  d1_databases: [{ binding: 'DB', database_id: 'lists-bench', migrations_dir: 'migrations' }],
  kv_namespaces: [{ binding: 'DENYLIST' }],
}

const sum = (values: number[]) => values.reduce((all, one) => all + one, 0)

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function print(what: string, costs: Timed<unknown>[]): void {
  const of = (name: 'statements' | 'read' | 'written' | 'ms') =>
    Math.round(median(costs.map((cost) => cost[name])))
  console.log(
    `${what}, ${costs.length} times: ${of('statements')} statements, ${of('read')} rows read, ` +
      `${of('written')} written, ${of('ms')} ms`,
  )
}
