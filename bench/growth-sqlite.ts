import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { d1CredentialReads } from '../src/storage/clients/credential-reads.ts'
import { ISSUER } from './growth-fixtures.ts'
import { backgroundStatements, clientStatements } from './growth-fill.ts'

const CLIENTS = 20_000
const RUNS = 20_000
const MIGRATIONS = join(import.meta.dirname, '../migrations')

/**
 * Prints the cost of the two deciding statements in SQLite itself, without D1's simulator around
 * it: processor time, which other load on the machine does not lengthen as it does the clock's.
 */
export async function printStatementTimes(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-growth-'))
  const db = new DatabaseSync(join(folder, 'growth.sqlite'))
  const files = readdirSync(MIGRATIONS).filter((file) => file.endsWith('.sql'))
  for (const file of files.sort()) db.exec(readFileSync(join(MIGRATIONS, file), 'utf8'))
  const now = Math.floor(Date.now() / 1000)
  for (const text of backgroundStatements(now)) db.exec(text)
  for (const text of clientStatements(0, CLIENTS, now)) db.exec(text)
  const known = db
    .prepare('SELECT key_id, client_id FROM portcullis_secrets ORDER BY random() LIMIT ?')
    .all(RUNS) as { key_id: string; client_id: string }[]
  const { forToken, withTokens } = await decidingStatements()
  const token = db.prepare(forToken)
  const introspection = db.prepare(withTokens)
  const times = {
    token: microseconds(known, ({ key_id: key }) => token.get(key, 'ES256', now)),
    introspection: microseconds(known, ({ key_id: key, client_id: clientId }) =>
      introspection.all(key, JSON.stringify([{ jti: key, clientId, kid: 'none' }])),
    ),
  }
  db.close()
  rmSync(folder, { recursive: true })
  console.log(`\n| statement | microseconds of processor time, mean of ${RUNS} |\n|---|---|`)
  for (const [name, time] of Object.entries(times)) console.log(`| ${name} | ${time.toFixed(0)} |`)
}

function microseconds<T>(all: T[], run: (one: T) => unknown): number {
  const before = process.cpuUsage()
  for (const one of all) run(one)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / all.length
}

/** As the server sends them. */
async function decidingStatements(): Promise<{ forToken: string; withTokens: string }> {
  const texts: string[] = []
  const answers = { first: () => null, all: () => ({ results: [{}] }) }
  const prepare = ((text: string) => {
    texts.push(text)
    return { bind: () => answers }
  }) as unknown as D1Database['prepare']
  const reads = d1CredentialReads({ prepare } as D1Database, ISSUER)
  const lookup = { keyId: '', spend: null }
  await reads.forToken(lookup, 'ES256', 0).catch(() => null)
  await reads.withTokens(lookup, []).catch(() => null)
  const [forToken = '', withTokens = ''] = texts
  return { forToken, withTokens }
}
