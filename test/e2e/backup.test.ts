import { execFile } from 'node:child_process'
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pageOf, shownCommands } from '../support/node/pages.ts'
import { copyOfProject, freePort, npmStart, stop, untilReady } from '../support/node/start.ts'

// A backup as docs/operations.md makes it, of a database that has a host's own table too; and what serves
// from it in another place.

type Json = Record<string, unknown>
const run = promisify(execFile)

const API = 'https://invoices.example.com'
/** Names that an export could misread. */
const NAMES = ["CORP\\nightly it's 請求書", 'Zahlläufe “--; DROP TABLE x”', 'Gone']
const DESCRIPTION = 'First line\n\nthird; with "quotes", \'more\' and 👩‍🔧'
/** As many as a request can name: a change of all makes an event that is longer than D1 takes a statement. */
const many = (about: string) =>
  Array.from({ length: 50 }, (_, i) => ({
    permission: `invoices:${i}`,
    description: `It's ${about} ${i}: `.padEnd(360, '請'),
  }))
const HOST = `CREATE TABLE orders (id INTEGER PRIMARY KEY, client TEXT REFERENCES portcullis_clients (client_id),
  note TEXT); INSERT INTO orders SELECT 7, client_id, 'of the host' FROM portcullis_clients LIMIT 1`

/** One run of `npm start` in a folder, asked over HTTP. */
async function serve(folder: string, port: string) {
  const started = npmStart(folder, { PORT: port })
  await untilReady(started)
  const vars = readFileSync(join(folder, '.dev.vars'), 'utf8')
  const bootstrap = /^BOOTSTRAP_TOKEN="(\w+)"/m.exec(vars)?.[1]
  async function ask(path: string, init: RequestInit = {}): Promise<Json> {
    const headers = { Authorization: `Bearer ${bootstrap}`, ...init.headers }
    const response = await fetch(`http://localhost:${port}${path}`, { ...init, headers })
    return { status: response.status, ...(JSON.parse((await response.text()) || '{}') as Json) }
  }
  const send = (method: string, path: string, body: Json = {}) =>
    ask(`/admin/v1${path}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  const form = (path: string, client: Json, fields: Record<string, string>) => {
    const basic = Buffer.from(`${String(client['client_id'])}:${String(client['client_secret'])}`)
    const headers = { Authorization: `Basic ${basic.toString('base64')}` }
    return ask(path, { method: 'POST', headers, body: new URLSearchParams(fields) })
  }
  return { started, ask, send, form }
}
type Served = Awaited<ReturnType<typeof serve>>

const QUIET = {
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
}

/** A command of the page, in a folder; its database is the local one. */
async function shell(folder: string, command: string): Promise<string> {
  const here = command
    .replace('--remote', '--local')
    // A clone has no environments.
    .replace(' --env production', '')
    .replace('npx wrangler', join(folder, 'node_modules/.bin/wrangler'))
    .replace('npx portcullis', `'${process.execPath}' ${join(folder, 'bin/portcullis.mjs')}`)
  const env = { ...process.env, ...QUIET }
  return (await run('bash', ['-c', here], { cwd: folder, env })).stdout
}

const shown = shownCommands(pageOf('docs/operations.md')).map(({ command }) => command)
const onPage = (words: string) => {
  const command = shown.find((one) => one.includes(words)) ?? ''
  return command
}
const EXPORT = onPage('d1 export DB')
const ARRANGE = onPage('backup arrange')
const LOAD = onPage('d1 execute DB --remote')

async function exported(folder: string, file: string): Promise<string> {
  await shell(folder, EXPORT.replace('backup.sql', file))
  return readFileSync(join(folder, file), 'utf8')
}

const clientsOf = async ({ ask }: Served) =>
  (await ask('/admin/v1/clients?limit=100&sort=name'))['data'] as Json[]
const found = async ({ ask }: Served, q: string) => {
  const { data } = await ask(`/admin/v1/clients?q=${encodeURIComponent(q)}`)
  return (data as Json[]).map((client) => client['client_name'])
}

let [here, there, port] = ['', '', '']
let [backup, clients, token]: [string, Json[], string] = ['', [], '']
let [first, suspended]: [Json, Json] = [{}, {}]

beforeAll(async () => {
  ;[here, there, port] = [copyOfProject(), copyOfProject(), String(await freePort())]
  const server = await serve(here, port)
  const permissions = [{ permission: 'invoices:read' }]
  const { api_id: id } = await server.send('POST', '/apis', {
    audience: API,
    name: 'Invoices',
    permissions,
  })
  for (const about of ['number', 'the other']) {
    const changed = { permissions: [...permissions, ...many(about)] }
    await server.send('PATCH', `/apis/${String(id)}`, changed)
  }
  const [one, two, gone] = await Promise.all(
    NAMES.map((client_name) =>
      server.send('POST', '/clients', {
        client_name,
        description: DESCRIPTION,
        permissions: [{ audience: API, permission: 'invoices:read' }],
      }),
    ),
  )
  ;[first, suspended] = [one ?? {}, two ?? {}]
  const asked = { grant_type: 'client_credentials', scope: 'invoices:read' }
  token = String((await server.form('/oauth/token', first, asked))['access_token'])
  await server.send('PUT', `/clients/${String(suspended['client_id'])}/suspension`)
  await server.ask(`/admin/v1/clients/${String(gone?.['client_id'])}`, { method: 'DELETE' })
  clients = await clientsOf(server)
  await stop(server.started)
  await shell(here, `npx wrangler d1 execute DB --remote --command="${HOST}"`)
  backup = await exported(here, 'backup.sql')
  copyFileSync(join(here, '.dev.vars'), join(there, '.dev.vars'))
  copyFileSync(join(here, 'backup.sql'), join(there, 'backup.sql'))
  await shell(there, ARRANGE)
  await shell(there, LOAD)
}, 600_000)

afterAll(() => {
  for (const folder of [here, there]) rmSync(folder, { recursive: true })
})

describe('a backup of the database', () => {
  it('is whole: what was loaded from it exports the same, the host’s table with it', async () => {
    expect(backup).toContain('of the host')
    expect(backup).not.toMatch(/virtual|fts5/i)
    expect(Math.max(...backup.split('\n').map((line) => Buffer.byteLength(line)))).toBeGreaterThan(
      100_000,
    )
    expect(await exported(there, 'again.sql')).toBe(backup)
  })

  it('is not loaded over a database that has the tables, of which nothing changes', async () => {
    copyFileSync(join(there, 'restore.sql'), join(here, 'restore.sql'))
    await expect(shell(here, LOAD)).rejects.toThrow('already exists')
    expect(await exported(here, 'after.sql')).toBe(backup)
  })

  it('serves in another place as it did, and under migrations that came after it', async () => {
    const later = 'CREATE TABLE portcullis_of_a_later_version (id INTEGER PRIMARY KEY);'
    writeFileSync(join(there, 'migrations/9999_later.sql'), later)
    const server = await serve(there, port)
    try {
      expect(await exported(there, 'later.sql')).toContain('portcullis_of_a_later_version')
      // Beside those of the sample, which each `npm start` makes where its own are not known.
      expect(await clientsOf(server)).toEqual(expect.arrayContaining(clients))
      for (const q of [
        '請',
        'corp\\nightly',
        'ightly it',
        String(first['client_id']).slice(9, 20),
      ]) {
        expect([q, await found(server, q)]).toEqual([q, [NAMES[0]]])
      }
      expect(await found(server, 'gone')).toEqual([])
      const fields = { grant_type: 'client_credentials' }
      expect(await server.form('/oauth/token', first, fields)).toMatchObject({ status: 200 })
      expect(await server.form('/oauth/token', suspended, fields)).toMatchObject({ status: 401 })
      const permissions = [{ audience: API, permission: 'tokens:introspect' }]
      const api = await server.send('POST', '/clients', { client_name: 'New', permissions })
      expect(await server.form('/oauth/introspect', api, { token })).toMatchObject({ active: true })
      const log = await server.ask('/admin/v1/audit-events/verification')
      expect(log).toMatchObject({ intact: true, complete: true })
      expect(log['events']).toBeGreaterThan(6)
    } finally {
      await stop(server.started)
    }
  })
})
