import { env } from 'cloudflare:workers'
import { faultyD1 } from '../doubles/faults.ts'
import { type TestServerOptions, testServer } from './server.ts'

/** The file's database; it counts what is read, and keeps the statements. */
export function observedDatabase() {
  const seen = { rows: 0, texts: [] as string[] }
  const database = faultyD1(
    env.DB,
    () => null,
    (texts, answer) => {
      // `first` gives a row, or null, and no figures.
      const results = (Array.isArray(answer) ? answer : [answer]) as (Partial<D1Result> | null)[]
      seen.rows += results.reduce((sum, result) => sum + (result?.meta?.rows_read ?? 0), 0)
      seen.texts.push(...texts)
    },
  )
  return { database, seen }
}

export function observedServer(options: TestServerOptions = {}) {
  const { database, seen } = observedDatabase()
  return { server: testServer({ ...options, env: { ...options.env, DB: database } }), seen }
}

/** The steps in which SQLite answers a statement. */
export async function planOf(text: string): Promise<string[]> {
  const numbered = [...text.matchAll(/\?(\d+)/g)].map((match) => Number(match[1]))
  const many = numbered.length > 0 ? Math.max(...numbered) : (text.match(/\?/g)?.length ?? 0)
  const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${text}`)
    .bind(...Array.from({ length: many }, () => 1))
    .all<{ detail: string }>()
  return plan.results.map((row) => row.detail)
}
