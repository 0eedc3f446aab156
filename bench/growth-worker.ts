import { signedTexts, auditSeals } from '../src/crypto/seals.ts'
import { readKeyRing } from '../src/crypto/key-ring.ts'
import { type AuditEvent, sealedText } from '../src/domain/audit.ts'
import { createAuthServer } from '../src/server.ts'
import { d1Clients } from '../src/storage/clients/clients.ts'
import { openDatabase } from '../src/storage/database.ts'
import { d1Ledger } from '../src/storage/ledger/ledger.ts'
import { d1SearchIndex } from '../src/storage/clients/search-index.ts'
import { countedDatabase, type StatementCost } from './counted-database.ts'
import { backgroundStatements, clientStatements, dueStatements } from './growth-fill.ts'
import { type Fixtures, createFixtures, ISSUER, BOOTSTRAP, renaming } from './growth-fixtures.ts'
import { type Operation, OPERATIONS } from './growth-operations.ts'

type Env = { DB: D1Database; DENYLIST: KVNamespace }

/** The cost of an operation: medians of its runs, and the number of rows in its answer. */
export type Measured = {
  ms: number
  statements: number
  read: number
  written: number
  answered: number | null
}

/** How long changes at once took, and how many were made. */
export type Burst = { seconds: number; done: number; statements: number }

/** How large the database is, and by how much because of the audit events that were added. */
export type Filled = { bytes: number; ofEvents: number }

const KEY = '1:a-key-of-the-bench-that-protects-nothing'
const EVENTS_AT_ONCE = 500

let now = 0
let costs: StatementCost[] = []
let away = 0
const email = {
  send: () => Promise.resolve({ messageId: 'accepted' }),
} as unknown as SendEmail

const server = createAuthServer<Env>({
  issuer: ISSUER,
  now: () => now,
  bindings: ({ DB, DENYLIST }) => ({
    database: countedDatabase(
      DB,
      (cost) => costs.push(cost),
      () => away,
    ),
    denylist: DENYLIST,
    pepper: KEY,
    wrappingKey: KEY,
    auditKey: KEY,
    cookieKey: KEY,
    bootstrapToken: BOOTSTRAP,
    mail: { from: 'auth@example.com', email },
  }),
})

/** Answers when the work behind the answer is done too; `answered` is called before that. */
async function send(env: Env, request: Request, answered = () => {}): Promise<Response> {
  const behind: Promise<unknown>[] = []
  const context = { waitUntil: (work: Promise<unknown>) => behind.push(work) }
  const response = await server.app.fetch(request, env, context as unknown as ExecutionContext)
  const text = await response.text()
  answered()
  await Promise.all(behind)
  if (response.status >= 400) throw new Error(`${request.url}: ${response.status} ${text}`)
  return new Response(text === '' ? null : text, response)
}

async function fill(env: Env, many: number): Promise<Filled> {
  const last = "SELECT seq FROM sqlite_sequence WHERE name = 'portcullis_clients'"
  const from = (await env.DB.prepare(last).first<number>('seq')) ?? 0
  const to = from + many
  for (const text of clientStatements(from, to, now)) await env.DB.prepare(text).run()
  const db = openDatabase(env.DB)
  await d1Clients(db, ISSUER).settle(now, to)
  const index = d1SearchIndex(db)
  let filed = 0
  do filed = await index.file(many)
  while (filed > 0)
  await tellDenylist(env, from)
  const before = await sizeOf(env)
  await fillEvents(env, many)
  const bytes = await sizeOf(env)
  return { bytes, ofEvents: bytes - before }
}

/** Writes to KV what the server would have written about suspended clients. */
async function tellDenylist({ DB, DENYLIST }: Env, from: number): Promise<void> {
  const { results } = await DB.prepare(
    'SELECT client_id AS id FROM portcullis_clients WHERE denylist_version > 0 AND id > ?',
  )
    .bind(from)
    .all<{ id: string }>()
  const entry = JSON.stringify({ version: 1, suspended: true, generation: 0, revoked: [] })
  for (const { id } of results) {
    await DENYLIST.put(`client:${id}`, entry, { metadata: { version: 1 } })
  }
}

const RUNS_MAX = 100

/** Runs the cron until it has nothing to do but to go on with its passes. */
async function settle(env: Env): Promise<number> {
  for (let runs = 1; runs <= RUNS_MAX; runs++) {
    now += 60
    costs = []
    await server.scheduled({}, env, { waitUntil: () => {} })
    if (costs.reduce((all, one) => all + one.written, 0) < 10) return runs
  }
  return RUNS_MAX
}

/** Events in the server's own chain, one for each client. */
async function fillEvents(env: Env, many: number): Promise<void> {
  const ledger = d1Ledger(openDatabase(env.DB), ISSUER, async () => [])
  const seals = auditSeals(readKeyRing('AUDIT_KEY', KEY))
  const { results: clients } = await env.DB.prepare(
    'SELECT client_id AS id FROM portcullis_clients ORDER BY id DESC LIMIT ?',
  )
    .bind(many)
    .all<{ id: string }>()
  while (clients.length > 0) {
    const head = await ledger.head()
    const events: AuditEvent[] = []
    let { seq, seal } = head
    for (const { id } of clients.splice(0, EVENTS_AT_ONCE)) {
      seq += 1
      const event = eventOf(seq, id)
      seal = await seals.seal(sealedText(event, seal))
      events.push({ ...event, seal })
    }
    if (!(await ledger.commit(head, events, [], null))) throw new Error('the ledger moved on')
  }
}

function eventOf(seq: number, clientId: string): Omit<AuditEvent, 'seal'> {
  const action = seq % 3 === 0 ? 'client.updated' : 'client.created'
  return {
    seq,
    eventId: `evt_${String(seq).padStart(22, '0')}`,
    at: now,
    action,
    actor: { type: 'bootstrap', id: 'bootstrap' },
    clientId,
    target: { type: 'client', id: clientId },
    changes: { client_name: { from: null, to: `Nightly billing export ${seq}` } },
    requestId: `request_${seq}`,
  }
}

async function sizeOf(env: Env): Promise<number> {
  return (await env.DB.prepare('SELECT 1').run()).meta.size_after
}

const median = (list: number[]) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0

/** The median of each figure, over so many runs. */
async function measure(
  env: Env,
  name: string,
  fixtures: Fixtures,
  repeats: number,
): Promise<Measured> {
  const operation = OPERATIONS[name]
  if (!operation) throw new Error(`no operation ${name}`)
  const runs: Measured[] = []
  for (let n = 0; n < repeats; n++) runs.push(await runOnce(env, operation, fixtures, n))
  const of = (figure: (run: Measured) => number) => median(runs.map(figure))
  return {
    ms: of((run) => run.ms),
    statements: of((run) => run.statements),
    read: of((run) => run.read),
    written: of((run) => run.written),
    answered: runs.at(-1)?.answered ?? null,
  }
}

async function runOnce(
  env: Env,
  operation: Operation,
  fixtures: Fixtures,
  n: number,
): Promise<Measured> {
  now += operation.seconds ?? 0
  const context = { ...fixtures, now, db: env.DB, send: (r: Request) => send(env, r) }
  const made = await operation.make(context, n)
  costs = []
  const begun = performance.now()
  let ms = 0
  const stop = () => {
    ms = performance.now() - begun
  }
  let answered: number | null = null
  if (made === 'cron') await server.scheduled({}, env, { waitUntil: () => {} }).then(stop)
  else answered = await rowsIn(await send(env, made, stop))
  const sum = (of: (cost: StatementCost) => number) => costs.reduce((all, one) => all + of(one), 0)
  const [read, written] = [sum((one) => one.read), sum((one) => one.written)]
  return { ms, statements: costs.length, read, written, answered }
}

/** So many changes at once, of several clients, with D1 so many milliseconds away. */
async function burst(
  env: Env,
  members: Fixtures['members'],
  many: number,
  ms: number,
): Promise<Burst> {
  away = ms
  costs = []
  const begun = performance.now()
  const results = await Promise.allSettled(
    Array.from({ length: many }, (_, n) =>
      send(env, renaming(members[n % members.length]?.id ?? '', `At once ${ms} ${many} ${n}`)),
    ),
  )
  const seconds = (performance.now() - begun) / 1000
  away = 0
  const done = results.filter(({ status }) => status === 'fulfilled').length
  return { seconds, done, statements: costs.length }
}

/** The number of rows in a JSON list, or in the table of a console page. */
async function rowsIn(response: Response): Promise<number | null> {
  const text = await response.text()
  if (response.headers.get('content-type')?.includes('text/html')) {
    return text.split('<tr>').length - 1
  }
  const data = text.startsWith('{') ? (JSON.parse(text) as { data?: unknown[] }).data : undefined
  return data ? data.length : null
}

export default {
  async fetch(request, env) {
    const { pathname, searchParams: query } = new URL(request.url)
    const number = (name: string) => Number(query.get(name))
    now ||= number('now')
    switch (pathname) {
      case '/fixtures': {
        const cursors = signedTexts(readKeyRing('COOKIE_KEY', KEY), 'cursor')
        const fixtures = await createFixtures({
          db: env.DB,
          now,
          cursors,
          send: (r) => send(env, r),
        })
        return Response.json(fixtures)
      }
      case '/background':
        for (const text of backgroundStatements(now)) await env.DB.prepare(text).run()
        return Response.json(await sizeOf(env))
      case '/fill':
        return Response.json(await fill(env, number('many')))
      case '/measure': {
        const { name, repeats, fixtures } = await request.json<{
          name: string
          repeats: number
          fixtures: Fixtures
        }>()
        return Response.json(await measure(env, name, fixtures, repeats))
      }
      case '/burst': {
        const { members } = await request.json<Fixtures>()
        return Response.json(await burst(env, members, number('many'), number('away')))
      }
      case '/settle':
        return Response.json(await settle(env))
      case '/due': {
        for (const text of dueStatements(now)) await env.DB.prepare(text).run()
        return Response.json({})
      }
      default:
        return new Response(null, { status: 404 })
    }
  },
} satisfies ExportedHandler<Env>
