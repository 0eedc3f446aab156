import { env } from 'cloudflare:workers'
import type { Json } from '../support/server.ts'

/** Columns that count uses, and say nothing about rights. */
const COUNTERS = new Set(['last_used_at', 'last_token_at'])
const COUNTING = 'portcullis_token_counts'

/** Every cell of every table of ours, counters aside, and every value in KV. */
export async function everythingStored(): Promise<string[]> {
  const { results: tables } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'portcullis_%'",
  ).all<{ name: string }>()
  const names = tables.map(({ name }) => name).filter((name) => name !== COUNTING)
  const answers = await env.DB.batch<Json>(
    names.map((name) => env.DB.prepare(`SELECT * FROM ${name}`)),
  )
  const rows = answers.flatMap(({ results }, i) => results.map((row) => rowText(names[i], row)))
  const { keys } = await env.DENYLIST.list()
  const values = await Promise.all(
    keys.map(async ({ name }) => `${name} ${await env.DENYLIST.get(name)}`),
  )
  return [...rows, ...values]
}

function rowText(table: string | undefined, row: Json): string {
  const cells = Object.entries(row).filter(([column]) => !COUNTERS.has(column))
  return JSON.stringify([table, Object.fromEntries(cells)])
}
