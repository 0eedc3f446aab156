import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PROBLEMS } from '../../src/domain/health.ts'
import { BOOTSTRAP_TOKEN, type Client } from '../support/node/harness.ts'
import { blocksIn, shownCommands } from '../support/node/pages.ts'
import { Restorable } from '../support/node/restorable.ts'

// docs/runbooks.md, drilled: what the page says is done, by its own commands, to the built Worker over HTTP.

const AUDIENCE = 'https://billing.example.com'
const [MINUTE, YEAR] = [60, 365 * 86_400]
const OLD = 'a-key-of-the-tests-that-protects-nothing'
const NEW = 'another-key-of-the-tests-that-protects-nothing'
const run = promisify(execFile)
const page = (name: string) => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8')

type Json = Record<string, unknown>

const server = new Restorable()
let copy = ''
let shell = ''
let caller: Client
let client: Client
let token = ''

async function ask(method: string, path: string, init: RequestInit = {}) {
  const response = await fetch(server.issuer + path, { ...init, method })
  const text = await response.text()
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Json }
}

function bootstrap(): string {
  return server.vars['BOOTSTRAP_TOKEN'] ?? BOOTSTRAP_TOKEN
}

async function admin(method: string, path: string, body?: unknown) {
  const headers = { Authorization: `Bearer ${bootstrap()}`, 'Content-Type': 'application/json' }
  const init = { headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  return ask(method, `/admin/v1${path}`, init)
}

function form(path: string, { id, secret }: Client, fields: Record<string, string>) {
  const headers = { Authorization: `Basic ${btoa(`${id}:${secret}`)}` }
  return ask('POST', path, { headers, body: new URLSearchParams(fields) })
}

const requestToken = (by: Client) => form('/oauth/token', by, { grant_type: 'client_credentials' })
const isActive = async (text: string) =>
  (await form('/oauth/introspect', caller, { token: text })).body['active']

async function aClient(permission: string): Promise<Client> {
  const permissions = [{ audience: AUDIENCE, permission }]
  const { body } = await admin('POST', '/clients', { client_name: 'Export', permissions })
  return { id: String(body['client_id']), secret: String(body['client_secret']) }
}

async function health(): Promise<Json> {
  const headers = { Authorization: `Bearer ${bootstrap()}` }
  return (await ask('GET', '/health', { headers })).body
}

const problems = async () =>
  ((await health())['problems'] as { problem: string; level: string }[]).map(
    ({ problem, level }) => `${problem} ${level}`,
  )

/** The commands of a section, as a reader pastes them. */
function commandsOf(title: string, name = 'runbooks.md'): string[] {
  const [, section = ''] =
    new RegExp(`^###? ${title}\n([^]*?)(?:^##|$(?![^]))`, 'm').exec(page(name)) ?? []
  return shownCommands({ name, blocks: blocksIn(section) }).map(({ command }) => command)
}

/** Carries it out here; what it prints. */
async function follow(command: string, env: Record<string, string> = {}): Promise<string> {
  const [, sql] = /d1 execute DB --remote --command "(.*)"/.exec(command) ?? []
  if (sql !== undefined) {
    await server.execute(sql)
    return ''
  }
  const all = {
    PATH: process.env['PATH'] ?? '',
    PORTCULLIS: server.issuer,
    BOOTSTRAP_TOKEN: bootstrap(),
    ...env,
  }
  return (await run('bash', ['-c', command], { cwd: shell, env: all })).stdout
}

async function deploy(vars: Record<string, string>): Promise<void> {
  server.vars = vars
  await server.start()
}

beforeAll(async () => {
  shell = mkdtempSync(join(tmpdir(), 'portcullis-runbooks-'))
  await server.start()
  await server.migrate()
  const permissions = [{ permission: 'invoices:read' }]
  await admin('POST', '/apis', { audience: AUDIENCE, name: 'Billing', permissions })
  caller = await aClient('tokens:introspect')
  client = await aClient('invoices:read')
  token = String((await requestToken(client)).body['access_token'])
  await server.cron(0)
  copy = await server.copyOf('.')
})

beforeEach(async () => {
  await server.putBack(copy, '.')
  server.ahead = 0
  await deploy({})
})

afterAll(async () => {
  await server.end()
  for (const folder of [shell, copy]) rmSync(folder, { recursive: true, force: true })
})

describe('the page', () => {
  it('has a row for every problem that health knows, and for no other', () => {
    const [, section = ''] = /^## What wakes you\n([^]*?)^## /m.exec(page('runbooks.md')) ?? []
    const [, table = ''] = /^\| problem \|([^]*?)\n\n/m.exec(section) ?? []
    const rows = table.split('\n').slice(2)
    const named = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name),
    )
    expect(named.sort()).toEqual([...PROBLEMS].sort())
  })

  it('asks for the level by which a monitor goes', async () => {
    const [failing = '', degraded = ''] = commandsOf('What wakes you')
    expect([await follow(failing), await follow(degraded)]).toEqual(['200\n', '200\n'])
    await server.pass(6 * MINUTE)
    expect([await follow(failing), await follow(degraded)]).toEqual(['200\n', '503\n'])
    await server.pass(30 * MINUTE)
    expect([await follow(failing), await follow(degraded)]).toEqual(['503\n', '503\n'])
  })
})

describe('a credential that leaked', () => {
  it('is ended with all else of its client in one step, and its incident has a page', async () => {
    const [respond = ''] = commandsOf('A credential leaked')
    const incident = JSON.parse(await follow(respond, { CLIENT_ID: client.id })) as Json
    expect(incident).toMatchObject({ results: [{ client_id: client.id, done: true }] })
    expect((await requestToken(client)).status).toBe(401)
    expect(await isActive(token)).toBe(false)
    await admin('DELETE', `/clients/${client.id}/suspension`)
    expect((await requestToken(client)).status).toBe(401)
    const shown = await admin('GET', `/incidents/${String(incident['incident_id'])}`)
    expect(shown.body).toMatchObject({ reason: 'secret in a public log' })
  })
})

describe('secrets or tokens that have leaked', () => {
  it('are dead for the very next request: of one client, and of a list', async () => {
    const [one = '', many = ''] = commandsOf('Secrets or tokens have leaked')
    await follow(one, { CLIENT_ID: client.id })
    expect((await requestToken(client)).status).toBe(401)
    expect(await isActive(token)).toBe(false)
    const others = [await aClient('invoices:read'), await aClient('invoices:read')]
    const spared = await aClient('invoices:read')
    const lines = [...others.map(({ id }) => id), 'client_that_never_was', client.id]
    writeFileSync(join(shell, 'leaked.txt'), `${lines.join('\n')}\n`)
    expect(await follow(many)).toBe('not suspended: client_that_never_was\n')
    const statuses = await Promise.all([...others, spared].map(requestToken))
    expect(statuses.map(({ status }) => status)).toEqual([401, 401, 200])
  })

  it('are dead with the key that signed them, and clients get new ones', async () => {
    const [, , revoke = ''] = commandsOf('Secrets or tokens have leaked')
    const { kid } = (await health())['signing_key'] as { kid: string }
    await follow(revoke, { KID: kid })
    expect(await isActive(token)).toBe(false)
    const { body } = await requestToken(client)
    expect(await isActive(String(body['access_token']))).toBe(true)
  })
})

describe('a key that is lost', () => {
  it('PEPPER: whoever has an old secret is told to wait, until they have a new one', async () => {
    await deploy({ PEPPER: `2:${NEW}` })
    expect((await requestToken(client)).status).toBe(503)
    const [make = ''] = commandsOf('New secrets for all')
    for (const one of [client, caller]) {
      const made = JSON.parse(await follow(make, { CLIENT_ID: one.id })) as Json
      const renewed = { id: one.id, secret: String(made['client_secret'] ?? made['secret']) }
      expect((await requestToken(renewed)).status).toBe(200)
      if (one === caller) {
        const said = await form('/oauth/introspect', renewed, { token })
        expect(said.body).toMatchObject({ active: true })
      }
    }
  })

  it('WRAPPING_KEY: nothing is signed until the keys are gone that nobody can unwrap', async () => {
    await deploy({ WRAPPING_KEY: `2:${NEW}` })
    expect((await requestToken(client)).status).toBe(503)
    expect(await health()).toMatchObject({ status: 'unavailable', failing: ['signing_key'] })
    for (const command of commandsOf('New signing keys')) await follow(command)
    const { body } = await requestToken(client)
    expect(await isActive(String(body['access_token']))).toBe(true)
    expect(await isActive(token)).toBe(false)
    expect(await health()).toMatchObject({ status: 'ok' })
  })

  it('AUDIT_KEY: clients notice nothing, and the log goes on from where it is accepted', async () => {
    await deploy({ AUDIT_KEY: `2:${NEW}` })
    expect((await requestToken(client)).status).toBe(200)
    const verdict = await admin('GET', '/audit-events/verification')
    expect(verdict.body).toMatchObject({ intact: false, reason: 'key_missing', broken_at: 1 })
    const [accept = ''] = commandsOf('A log that can no longer be verified', 'operations.md')
    await follow(accept.replace('517', '1'))
    expect((await admin('GET', '/audit-events/verification')).body).toMatchObject({
      intact: true,
      complete: true,
    })
  })

  it('COOKIE_KEY: nobody but people notices', async () => {
    await deploy({ COOKIE_KEY: `2:${NEW}` })
    expect((await requestToken(client)).status).toBe(200)
    expect(await isActive(token)).toBe(true)
    expect(await health()).toMatchObject({ status: 'ok' })
  })

  it.each(['PEPPER', 'WRAPPING_KEY', 'AUDIT_KEY'])(
    '%s: another under the number of the old one is refused before anything is written',
    async (name) => {
      await deploy({ [name]: `1:${NEW}` })
      expect((await ask('GET', '/health')).status).toBe(503)
      expect((await admin('PUT', `/clients/${client.id}/suspension`)).status).toBe(503)
      await deploy({})
      expect((await requestToken(client)).status).toBe(200)
      expect((await admin('GET', '/audit-events/verification')).body).toMatchObject({
        intact: true,
      })
    },
  )
})

it('back after a rotation: both versions, the old one first', async () => {
  await deploy({ PEPPER: `2:${NEW},1:${OLD}` })
  // Hashes it anew, behind the answer.
  expect((await requestToken(client)).status).toBe(200)
  await deploy({ PEPPER: `1:${OLD},2:${NEW}` })
  expect((await requestToken(client)).status).toBe(200)
  await deploy({ PEPPER: `2:${NEW},1:${OLD}` })
  expect((await requestToken(client)).status).toBe(200)
  await deploy({ PEPPER: `1:${OLD}` })
  expect((await requestToken(client)).status).toBe(503)
})

it('a full D1: events of long ago are deleted, and the log is verified again from there', async () => {
  const [clear = ''] = commandsOf('D1 is full')
  await follow(clear.replace('100000', '2'))
  expect((await admin('GET', '/audit-events/verification')).body).toMatchObject({
    intact: false,
    broken_at: 1,
    reason: 'missing',
  })
  const [accept = ''] = commandsOf('A log that can no longer be verified', 'operations.md')
  await follow(accept.replace('517', '1'))
  expect((await admin('GET', '/audit-events/verification')).body).toMatchObject({ intact: true })
  expect((await admin('PUT', `/clients/${client.id}/suspension`)).status).toBe(200)
})

it('a KV that is lost: it is noticed, told of, and knows all again', async () => {
  await admin('PUT', `/clients/${client.id}/suspension`)
  await server.cron(11 * MINUTE)
  await server.stop()
  rmSync(join(server.folder, 'kv'), { recursive: true })
  await server.start()
  await server.cron(6 * MINUTE)
  expect((await health())['kv_emptied_at']).not.toBeNull()
  for (let minute = 0; minute < 4; minute++) await server.cron()
  expect(await health()).toMatchObject({ pending: { denylist_entries: 0 } })
  expect(await problems()).not.toContain('kv_emptied failing')
  expect((await requestToken(client)).status).toBe(401)
})

it('locked out: another bootstrap token lets somebody in', async () => {
  await deploy({ BOOTSTRAP_TOKEN: 'another-bootstrap-token-0123456789-abcdef' })
  const commands = commandsOf('Locked out of the console')
  await follow(commands.at(-1) ?? '')
  const { body } = await admin('GET', '/administrators')
  expect(body['data']).toMatchObject([{ email: 'ada@example.com', access: 'manage' }])
})

it('a clock a year ahead is told at once, and what it left when it is right again', async () => {
  await server.misset(YEAR)
  expect(await problems()).toContain('clock_wrong failing')
  await admin('PUT', `/clients/${client.id}/suspension`)
  await server.misset(-YEAR)
  expect(await problems()).toContain('clock_wrong failing')
  expect((await requestToken(client)).status).toBe(401)
})
