import { createTestHarness } from 'wrangler'
import { apart } from '../test/support/node/apart.ts'
import { CLIENTS, DUE, ENDING, SUSPENDED } from './cron-fill.ts'
import type { Cost, Statements } from './cron-worker.ts'

/** The operations that Cloudflare's Free plan allows per invocation. */
const LIMIT = 50
const RUNS_MAX = 400
const MINUTE = 60

type Run = Cost & { ms: number }
type Left = {
  entries: number
  reminders: number
  unplanned: number
  unlisted: number
  passes: number
}

/** The cron among very many clients, run by run until nothing is left to do. */
export async function run(): Promise<void> {
  const config = {
    name: 'cron',
    main: 'bench/cron-worker.ts',
    compatibility_date: '2026-10-20',
    d1_databases: [{ binding: 'DB', database_id: 'cron-bench', migrations_dir: 'migrations' }],
    kv_namespaces: [{ binding: 'DENYLIST' }],
  }
  const server = createTestHarness(apart({ workers: [{ config }] }))
  await server.listen()
  const worker = server.getWorker('cron')
  await worker.applyD1Migrations('DB')
  let now = Math.floor(Date.now() / 1000)
  async function ask<T>(path: string): Promise<T> {
    const response = await worker.fetch(
      `http://localhost/${path}${path.includes('?') ? '&' : '?'}now=${now}`,
    )
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
  async function runOnce(path = 'run'): Promise<Run> {
    now += MINUTE
    const begun = performance.now()
    const cost = await ask<Cost>(path)
    return { ...cost, ms: performance.now() - begun }
  }
  const begun = performance.now()
  await ask('fill')
  await ask('fill-denylist')
  console.log(`filled in ${Math.round((performance.now() - begun) / 1000)} s`)
  const runs: Run[] = []
  let left: Left
  do {
    runs.push(await runOnce())
    left = await ask<Left>('left')
  } while (Object.values(left).some((n, i) => i !== 2 && n > 0) && runs.length < RUNS_MAX)
  const title = `The cron: ${CLIENTS} clients, ${ENDING} reminders to 2 people, ${SUSPENDED} suspended, ${DUE} of them due`
  printRuns(title, runs)
  console.log(`\nleft after ${runs.length} runs: ${JSON.stringify(left)}`)
  printStatements('while there is much to do', await ask('statements'))
  const idle = [await runOnce('run?afresh=1')]
  for (let n = 0; n < 9; n++) idle.push(await runOnce())
  printRuns('Then, with nothing to do', idle)
  printStatements('of an idle run', await ask('statements'))
  await server.close()
}

const sum = ({ statements, kv, mails }: Run) => statements + kv + mails

function printRuns(title: string, runs: Run[]): void {
  const ms = runs.map((one) => one.ms).sort((a, b) => a - b)
  const read = runs.map((one) => one.rowsRead).sort((a, b) => a - b)
  const dearest = runs.reduce((a, b) => (sum(a) >= sum(b) ? a : b))
  const { statements, kv, mails } = dearest
  const middle = Math.floor(runs.length / 2)
  const three = (list: number[]) =>
    `${Math.round(list[middle] ?? 0)} (${Math.round(list[0] ?? 0)} to ${Math.round(list.at(-1) ?? 0)})`
  console.log(`\n${title}\n\n| | |\n|---|---|`)
  console.log(`| runs | ${runs.length} |`)
  console.log(
    `| dearest run, of ${LIMIT} operations | ${sum(dearest)}: ${statements} statements, ${kv} of KV, ${mails} mails |`,
  )
  console.log(`| milliseconds a run, median (min to max) | ${three(ms)} |`)
  console.log(`| rows read a run | ${three(read)} |`)
  console.log(`| rows written in all | ${runs.reduce((all, one) => all + one.rows, 0)} |`)
}

type Figures = { statements: Statements; plans: Record<string, string[]> }

const shortened = (text: string) => text.replace(/\s+/g, ' ').slice(0, 100)

/**
 * Prints the statements that read most, and those that walk a whole table or index of clients or
 * secrets.
 */
function printStatements(when: string, { statements, plans }: Figures): void {
  const dear = Object.entries(statements).sort(([, a], [, b]) => b.read / b.runs - a.read / a.runs)
  console.log(`\n| rows read each time | statement ${when} |\n|---|---|`)
  for (const [text, { runs, read }] of dear.slice(0, 5)) {
    console.log(`| ${Math.round(read / runs)} | \`${shortened(text)}\` |`)
  }
  const scans = Object.entries(plans).flatMap(([text, steps]) =>
    steps
      .filter((step) => step.startsWith('SCAN') && !/json_each|j VIRTUAL|CONSTANT/.test(step))
      .map((step) => `${step}: ${shortened(text)}`),
  )
  console.log(`\nwalks: ${scans.length === 0 ? 'none' : `\n${scans.join('\n')}`}`)
}
