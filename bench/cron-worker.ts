import { createAuthServer } from '../src/server.ts'
import { countedDatabase, type StatementCost } from './counted-database.ts'
import { fillStatements } from './cron-fill.ts'

type Env = { DB: D1Database; DENYLIST: KVNamespace }

const KEY = '1:a-key-of-the-bench-that-protects-nothing'

/** The cost of one run; each statement of a batch counts, and each mail. */
export type Cost = { statements: number; kv: number; mails: number; rowsRead: number; rows: number }

/** Statements with how often they ran and what they read and wrote in all. */
export type Statements = Record<string, { runs: number; read: number; written: number }>

let cost: Cost = nothing()
let statements: Statements = {}

function nothing(): Cost {
  return { statements: 0, kv: 0, mails: 0, rowsRead: 0, rows: 0 }
}

function note({ text, read, written }: StatementCost): void {
  cost.statements += 1
  cost.rowsRead += read
  cost.rows += written
  const known = (statements[text] ??= { runs: 0, read: 0, written: 0 })
  known.runs += 1
  known.read += read
  known.written += written
}

function countedNamespace(kv: KVNamespace): KVNamespace {
  return new Proxy(kv, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        cost.kv += 1
        return Reflect.apply(value, target, args) as unknown
      }
    },
  })
}

const email = {
  async send() {
    cost.mails += 1
    return { messageId: 'accepted' }
  },
} as unknown as SendEmail

let now = 0
const server = createAuthServer<Env>({
  issuer: 'https://auth.example',
  now: () => now,
  bindings: ({ DB, DENYLIST }) => ({
    database: countedDatabase(DB, note),
    denylist: countedNamespace(DENYLIST),
    pepper: KEY,
    wrappingKey: KEY,
    auditKey: KEY,
    cookieKey: KEY,
    mail: { from: 'auth@example.com', email },
  }),
})

const LEFT = `SELECT
  (SELECT count(*) FROM portcullis_denylist_outbox) AS entries,
  (SELECT count(*) FROM portcullis_reminders WHERE due_at IS NOT NULL) AS reminders,
  (SELECT count(*) FROM portcullis_reminders WHERE sent_at IS NOT NULL) AS sent,
  (SELECT count(*) FROM portcullis_secrets WHERE reminders_planned = 0 AND expires_at > ?1
   AND expires_at <= ?1 + 14 * 86400) AS unplanned,
  (SELECT count(*) FROM portcullis_clients WHERE listed_until <= ?1) AS unlisted,
  (SELECT count(*) FROM portcullis_chores WHERE position IS NOT NULL AND name <> 'run'
   AND name <> 'verdict') AS passes`

async function plansOf(db: D1Database): Promise<Record<string, string[]>> {
  const plans: Record<string, string[]> = {}
  for (const text of Object.keys(statements)) {
    const blanks = Array.from({ length: text.match(/\?/g)?.length ?? 0 }, () => 1)
    const plan = await db
      .prepare(`EXPLAIN QUERY PLAN ${text}`)
      .bind(...blanks)
      .all<{ detail: string }>()
    plans[text] = plan.results.map((row) => row.detail)
  }
  return plans
}

/** Fills, runs the cron at a given time, and answers its cost. */
export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url)
    now = Number(searchParams.get('now'))
    switch (pathname) {
      case '/fill': {
        for (const text of fillStatements(now)) await env.DB.prepare(text).run()
        return Response.json({})
      }
      case '/fill-denylist': {
        const { results } = await env.DB.prepare(
          `SELECT client_id AS id FROM portcullis_clients WHERE denylist_version > 0 AND client_id NOT IN
             (SELECT client_id FROM portcullis_denylist_outbox)`,
        ).all<{ id: string }>()
        const entry = { version: 1, suspended: true, generation: 0, revoked: [] }
        const options = { metadata: { version: 1 } }
        for (const { id } of results) {
          await env.DENYLIST.put(`client:${id}`, JSON.stringify(entry), options)
        }
        return Response.json({})
      }
      case '/run':
        cost = nothing()
        if (searchParams.has('afresh')) statements = {}
        await server.scheduled({}, env, { waitUntil: () => {} })
        return Response.json(cost)
      case '/left':
        return Response.json(await env.DB.prepare(LEFT).bind(now).first())
      case '/statements':
        return Response.json({ statements, plans: await plansOf(env.DB) })
      default:
        return new Response(null, { status: 404 })
    }
  },
} satisfies ExportedHandler<Env>
