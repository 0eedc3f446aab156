import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN, type Client } from '../support/node/harness.ts'
import { blocksIn, shownCommands } from '../support/node/pages.ts'
import { Restorable } from '../support/node/restorable.ts'

// The runbook of docs/operations.md, command by command, for restores of any age.

const AUDIENCE = 'https://billing.example.com'
const SUSPENDED = 1000
const [MINUTE, HOUR, DAY] = [60, 3600, 86_400]
const run = promisify(execFile)

type Json = Record<string, unknown>
type Holder = Client & { token: string }

const server = new Restorable()
const copies: Record<'before' | 'after', string> = { before: '', after: '' }
const suspended: Holder[] = []
/** Those that are looked at after each command. */
const few = () => suspended.filter((_, n) => n % 50 === 0)
let caller: Client
let spared: Holder
let shell = ''
let start = 0

async function ask(method: string, path: string, init: RequestInit = {}) {
  const response = await fetch(server.issuer + path, { ...init, method })
  const text = await response.text()
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Json }
}

async function admin(method: string, path: string, body?: unknown): Promise<Json> {
  const headers = { Authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'Content-Type': 'application/json' }
  const init = { headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const answer = await ask(method, `/admin/v1${path}`, init)
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer)}`)
  return answer.body
}

function form(path: string, { id, secret }: Client, fields: Record<string, string>) {
  const headers = { Authorization: `Basic ${btoa(`${id}:${secret}`)}` }
  return ask('POST', path, { headers, body: new URLSearchParams(fields) })
}

const requestToken = (client: Client) =>
  form('/oauth/token', client, { grant_type: 'client_credentials' })
const introspect = ({ token }: Holder) => form('/oauth/introspect', caller, { token })

async function aClient(permission: string): Promise<Client> {
  const body = {
    client_name: 'Nightly billing export',
    permissions: [{ audience: AUDIENCE, permission }],
    access_token_lifetime: 43_200,
  }
  const made = await admin('POST', '/clients', body)
  return { id: String(made['client_id']), secret: String(made['client_secret']) }
}

/** As many at once as callers ask at one time. */
async function inTwenties<T, R>(all: T[], each: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let at = 0; at < all.length; at += 20) {
    results.push(...(await Promise.all(all.slice(at, at + 20).map(each))))
  }
  return results
}

async function holding(client: Client): Promise<Holder> {
  const { body } = await requestToken(client)
  return { ...client, token: String(body['access_token']) }
}

beforeAll(async () => {
  shell = mkdtempSync(join(tmpdir(), 'portcullis-runbook-'))
  await server.start()
  await server.migrate()
  const permissions = [{ permission: 'invoices:read' }]
  await admin('POST', '/apis', { audience: AUDIENCE, name: 'Billing', permissions })
  caller = await aClient('tokens:introspect')
  spared = await holding(await aClient('invoices:read'))
  const clients: Client[] = []
  // One after the other: side by side they would conflict, and be decided on again.
  for (let n = 0; n < SUSPENDED; n++) clients.push(await aClient('invoices:read'))
  suspended.push(...(await inTwenties(clients, holding)))
  await server.cron()
  await server.cron(11 * MINUTE)
  start = server.ahead
  copies.before = await server.copyOf('d1')
  await server.start()
  await suspendAll()
  copies.after = await server.copyOf('.')
}, 600_000)

/** A few one by one, and the others by changes of many: each has its own event and denylist entry either way. */
async function suspendAll(): Promise<void> {
  const alone = few().map(({ id }) => id)
  for (const id of alone) await admin('PUT', `/clients/${id}/suspension`)
  const others = suspended.map(({ id }) => id).filter((id) => !alone.includes(id))
  for (let at = 0; at < others.length; at += 100) {
    const body = { client_ids: others.slice(at, at + 100), action: 'suspend' }
    await admin('POST', '/clients/bulk', body)
  }
}

afterAll(async () => {
  await server.end()
  for (const folder of [shell, ...Object.values(copies)].filter(Boolean))
    rmSync(folder, { recursive: true, force: true })
})

/** After the suspensions time goes by, with so many runs of the cron. */
async function age(seconds: number, crons: number): Promise<void> {
  await server.putBack(copies.after, '.')
  server.ahead = start
  await server.start()
  for (let n = 0; n < crons; n++) await server.cron(seconds / crons)
  if (crons === 0) await server.pass(seconds)
}

/** Tokens of suspended clients that are active, and tokens that these clients are given. */
async function livingAmong(holders: Holder[]): Promise<string[]> {
  const living: string[] = []
  await inTwenties(holders, async (holder) => {
    if ((await introspect(holder)).body['active'] === true) living.push(`active: ${holder.id}`)
    if ((await requestToken(holder)).status === 200) living.push(`issued: ${holder.id}`)
  })
  return living
}

async function health(): Promise<Json> {
  return (await ask('GET', '/health', { headers: { Authorization: `Bearer ${BOOTSTRAP_TOKEN}` } }))
    .body
}

/** The commands of one section of the page, in their order. */
function runbook(): string[] {
  const page = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8')
  const [, section = ''] = /^## Restore the database\n([^]*?)^##/m.exec(page) ?? []
  return shownCommands({ name: '', blocks: blocksIn(section) }).map(({ command }) => command)
}

/**
 * The equivalent of a command here: a deployment is a start, a restore is the copy, a wait is a
 * minute.
 */
async function follow(command: string): Promise<string> {
  if (command.includes('secret put CLOSED')) await server.start(true)
  else if (command.includes('secret delete CLOSED')) await server.start()
  else if (command.includes('time-travel restore')) {
    await server.putBack(copies.before, 'd1')
    await server.start(true)
  } else return waitAsWritten(command)
  return ''
}

async function waitAsWritten(command: string): Promise<string> {
  const script = command.replace(
    /sleep \d+/,
    `curl -sf "$PORTCULLIS/test/cron?seconds=60" && echo again`,
  )
  const env = { PATH: process.env['PATH'] ?? '', PORTCULLIS: server.issuer, BOOTSTRAP_TOKEN }
  const { stdout } = await run('bash', ['-c', script], { cwd: shell, env })
  server.ahead += 60 * (stdout.match(/^okagain$/gm)?.length ?? 0)
  return stdout
}

describe('INV-22: the runbook, followed to the letter over HTTP', () => {
  const AGES = [
    ['10 s', 10, 0],
    ['1 min', MINUTE, 1],
    ['6 min', 6 * MINUTE, 6],
    ['1 h', HOUR, 12],
    ['3 days', 3 * DAY, 12],
  ] as const

  it.each(AGES)(
    'lets none of 1,000 clients live after a restore of %s',
    async (_, seconds, crons) => {
      await age(seconds, crons)
      const printed: string[] = []
      for (const command of runbook()) {
        printed.push(await follow(command))
        expect(await livingAmong(few())).toEqual([])
      }
      expect(printed.join('')).toContain('"closed":true')
      expect(printed.join('')).toMatch(/"events":\d+,"anchored_at"/)
      expect(await livingAmong(suspended)).toEqual([])
      expect((await requestToken(spared)).status).toBe(200)
      if (seconds < 11 * HOUR)
        expect((await introspect(spared)).body).toMatchObject({ active: true })
      for (let minute = 0; minute < 2; minute++) await server.cron()
      expect(await livingAmong(suspended)).toEqual([])
      expect(await health()).toMatchObject({ taken_back: false, shut: false, closed: false })
    },
  )

  it('waits for what the server says, and for nothing else', () => {
    const commands = runbook()
    const kinds = [
      'put CLOSED',
      '/health',
      'audit-events?',
      'time-travel',
      'verification',
      'status=suspended',
      'delete CLOSED',
    ]
    expect(commands.map((one) => kinds.findIndex((kind) => one.includes(kind)))).toEqual([
      0, 1, 2, 3, 4, 5, 6,
    ])
  })
})

describe('INV-22: a restore that nobody announced, over HTTP', () => {
  it('lets none of 1,000 clients live from the first run of the cron on', async () => {
    await age(10, 0)
    await server.putBack(copies.before, 'd1')
    await server.start()
    await server.cron(20)
    expect(await health()).toMatchObject({ taken_back: true, shut: true })
    expect(await livingAmong(suspended)).toEqual([])
    expect((await requestToken(spared)).status).toBe(503)
    let minutes = 0
    while ((await health())['shut'] === true && minutes < 9) {
      await server.cron()
      minutes += 1
    }
    expect(minutes).toBeLessThanOrEqual(4)
    expect(await livingAmong(suspended)).toEqual([])
    expect((await requestToken(spared)).status).toBe(200)
    expect(await health()).toMatchObject({ taken_back: true, denylist_pass: { done: true } })
  })
})
