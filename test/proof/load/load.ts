import { type RunningWorker, runWorker } from '../../support/node/harness.ts'
import { Churned } from './client.ts'
import { memoryOfWorkerd } from './memory.ts'

const API = 'https://api.example.com'
const CLIENTS = 6
const CALLERS = 32
const TOKENS = 5

export type LoadFigures = {
  seconds: number
  requests: number
  rate: number
  /** Suspensions and resumes meanwhile. */
  changes: number
  /** Answers that were compared with what was certain of the client. */
  judged: { suspended: number; active: number }
  wrong: string[]
  errors: Record<string, number>
  /** Milliseconds. */
  p50: number
  p99: number
  /** MiB, each tenth of the time. */
  memory: number[]
}

type Load = {
  worker: RunningWorker
  observer: { id: string; secret: string }
  churned: Churned[]
  until: number
  durations: number[]
  figures: Pick<LoadFigures, 'judged' | 'wrong' | 'errors' | 'changes'>
}

/**
 * Mixed traffic over real HTTP at the highest rate that this machine holds, while clients are suspended
 * and resumed: every answer is judged by what was certain of its client from its request to its answer.
 */
export async function load(seconds: number): Promise<LoadFigures> {
  const worker = await runWorker()
  try {
    return await loadOf(worker, seconds)
  } finally {
    await worker.close()
  }
}

async function loadOf(worker: RunningWorker, seconds: number): Promise<LoadFigures> {
  const permissions = [{ permission: 'invoices:read' }]
  await worker.admin('POST', '/apis', { audience: API, name: 'Billing', permissions })
  const observer = await worker.client(API, 'tokens:introspect')
  const churned: Churned[] = []
  for (let n = 0; n < CLIENTS; n++) {
    const one = new Churned(await worker.client(API, 'invoices:read'))
    for (let token = 0; token < TOKENS; token++) one.tokens.push(await issued(worker, one))
    churned.push(one)
  }
  const figures = { judged: { suspended: 0, active: 0 }, wrong: [], errors: {}, changes: 0 }
  const until = performance.now() + seconds * 1000
  const state: Load = { worker, observer, churned, until, durations: [], figures }
  const [memory] = await Promise.all([
    watchMemory(state, seconds),
    ...churned.map((one) => churn(state, one)),
    ...Array.from({ length: CALLERS }, (_, n) => callers(state, n)),
  ])
  const sorted = state.durations.sort((a, b) => a - b)
  const at = (share: number) =>
    Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10
  const [requests, rate] = [sorted.length, Math.round(sorted.length / seconds)]
  return { seconds, requests, rate, ...figures, p50: at(0.5), p99: at(0.99), memory }
}

async function issued({ issuer }: RunningWorker, { client }: Churned): Promise<string> {
  const response = await post(`${issuer}/oauth/token`, { grant_type: 'client_credentials' }, client)
  const body = (await response.json()) as { access_token: string }
  return body.access_token
}

function post(url: string, fields: Record<string, string>, by: { id: string; secret: string }) {
  const headers = { Authorization: `Basic ${btoa(`${by.id}:${by.secret}`)}` }
  return fetch(url, { method: 'POST', headers, body: new URLSearchParams(fields) })
}

async function churn(state: Load, one: Churned): Promise<void> {
  const { worker, figures } = state
  const path = `/clients/${one.client.id}/suspension`
  // Long enough for answers that begin and end in it, also where others have the machine.
  const pause = () => {
    const slowest = Math.max(0, ...state.durations.slice(-CALLERS))
    return new Promise((resolve) => setTimeout(resolve, 300 + slowest + Math.random() * 1200))
  }
  while (performance.now() < state.until) {
    await one.suspend(async () => void (await worker.admin('PUT', path)))
    await pause()
    await one.resume(async () => void (await worker.admin('DELETE', path)))
    await pause()
    figures.changes += 2
  }
}

/** One caller after the other: of four requests one asks for a token, two introspect, one fetches the keys. */
async function callers(state: Load, caller: number): Promise<void> {
  for (let n = caller; performance.now() < state.until; n++) {
    const one = state.churned[n % CLIENTS] as Churned
    const said = one.watch()
    const start = performance.now()
    const found = await ask(state, one, n)
    state.durations.push(performance.now() - start)
    judge(state, found, said())
  }
}

type Found = { what: string; works: boolean | null; error: string | null }

async function ask({ worker, observer }: Load, one: Churned, n: number): Promise<Found> {
  const { issuer } = worker
  const kind = n % 4
  if (kind === 0) {
    const fields = { grant_type: 'client_credentials' }
    const { status } = await drained(await post(`${issuer}/oauth/token`, fields, one.client))
    return { what: 'token', works: status === 200, error: errorOf(status, [200, 401]) }
  }
  if (kind === 3) {
    const { status } = await drained(await fetch(`${issuer}/.well-known/jwks.json`))
    return { what: 'keys', works: null, error: errorOf(status, [200]) }
  }
  const token = one.tokens[n % TOKENS] ?? ''
  const { status, text } = await drained(
    await post(`${issuer}/oauth/introspect`, { token }, observer),
  )
  const works = status === 200 ? text.includes('"active":true') : null
  return { what: 'introspection', works, error: errorOf(status, [200]) }
}

async function drained(response: Response): Promise<{ status: number; text: string }> {
  return { status: response.status, text: await response.text() }
}

function errorOf(status: number, expected: number[]): string | null {
  return expected.includes(status) ? null : String(status)
}

function judge(
  { figures }: Load,
  { what, works, error }: Found,
  held: ReturnType<ReturnType<Churned['watch']>>,
) {
  if (error !== null)
    figures.errors[`${what} ${error}`] = (figures.errors[`${what} ${error}`] ?? 0) + 1
  if (held === null || works === null) return
  figures.judged[held] += 1
  if (works !== (held === 'active')) figures.wrong.push(`${what} while ${held}`)
}

async function watchMemory({ until }: Load, seconds: number): Promise<number[]> {
  const memory: number[] = []
  while (performance.now() < until) {
    memory.push(Math.round(memoryOfWorkerd()))
    await new Promise((resolve) => setTimeout(resolve, seconds * 100))
  }
  return memory
}
