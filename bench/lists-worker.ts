import { createAuthServer } from '../src/server.ts'
import { openDatabase } from '../src/storage/database.ts'
import { d1StatusLists } from '../src/storage/status/status-lists.ts'
import { countedDatabase, type StatementCost } from './counted-database.ts'

type Env = { DB: D1Database; DENYLIST: KVNamespace }

const ISSUER = 'https://auth.example.com'
const KEY = '1:a-key-of-the-bench-that-protects-nothing'

let costs: StatementCost[] = []
const database = (DB: D1Database) => countedDatabase(DB, (cost) => costs.push(cost))

const server = createAuthServer<Env>({
  issuer: ISSUER,
  statusLists: true,
  bindings: ({ DB, DENYLIST }) => ({
    database: database(DB),
    denylist: DENYLIST,
    pepper: KEY,
    wrappingKey: KEY,
    auditKey: KEY,
    cookieKey: KEY,
  }),
})

const columns = (n: string) => `'client_' || ${n}, 'Client ' || ${n}, 'client ' || ${n}, '', '', 1,
  'bootstrap', 1, 1, CASE ${n} % 100 WHEN 3 THEN 1 END, 0, 0, 3600`

/** One client in a hundred is suspended, and one has a token that was revoked by itself. */
async function fill({ DB }: Env, from: number, to: number): Promise<void> {
  const numbers = `WITH RECURSIVE c(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM c WHERE n < ${to - 1})`
  await DB.prepare(`INSERT INTO portcullis_clients (client_id, name, name_key, description, search_text, created_at,
      created_by, updated_at, version, suspended_at, generation, denylist_version, access_token_lifetime)
    ${numbers} SELECT ${columns('n')} FROM c`).run()
  await DB.prepare(`INSERT INTO portcullis_revoked_tokens (jti, client_id, expires_at)
    ${numbers} SELECT hex(randomblob(11)), 'client_' || n, 9999999999 FROM c WHERE n % 100 = 50`).run()
}

export type Cost = { statements: number; read: number; written: number; result: unknown }

async function counting(work: () => Promise<unknown>): Promise<Cost> {
  costs = []
  const result = await work()
  const sum = (of: 'read' | 'written') => costs.reduce((all, cost) => all + cost[of], 0)
  return { statements: costs.length, read: sum('read'), written: sum('written'), result }
}

/** `fill`, `place` and a list, one request each. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const number = (name: string) => Number(searchParams.get(name))
    const lists = d1StatusLists(openDatabase(database(env.DB)))
    const bytesOf = async (path: string) => {
      const response = await server.app.fetch(new Request(ISSUER + path), env)
      return { text: await response.text(), status: response.status }
    }
    const steps: Record<string, () => Promise<unknown>> = {
      '/fill': () => fill(env, number('from'), number('to')),
      '/place': () => lists.place(number('position'), crypto.randomUUID()),
      '/list': () => bytesOf(searchParams.get('path') ?? ''),
    }
    return Response.json(await counting(steps[pathname] ?? (async () => null)))
  },
}
