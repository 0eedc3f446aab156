import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestHarness } from 'wrangler'
import { apart } from '../support/node/apart.ts'
import { BOOTSTRAP_TOKEN, type Client, KEYS, startWorkers } from '../support/node/harness.ts'
import { freePort } from '../support/node/start.ts'

const ROOT = join(import.meta.dirname, '../..')
const AUDIENCE = 'https://billing.example.com'

let harness: TestHarness
let issuer = ''
let origin = ''
let apiClient: Client

/** Both Workers side by side, as in one account: the API binds the host and its denylist. */
function workersAt(origin: string, caller?: Client) {
  const vars = { ISSUER: `${origin}/auth` }
  const credentials = { CLIENT_ID: caller?.id ?? '', CLIENT_SECRET: caller?.secret ?? '' }
  return [
    { configPath: 'host/wrangler.toml', vars, secrets: { ...KEYS, BOOTSTRAP_TOKEN } },
    { configPath: 'api/wrangler.toml', vars, secrets: credentials },
  ]
}

beforeAll(async () => {
  const root = join(ROOT, 'examples')
  const started = await startWorkers(workersAt, root)
  harness = started.harness
  origin = started.url.origin
  issuer = `${origin}/auth`
  const host = harness.getWorker('portcullis-example-host')
  await host.applyD1Migrations('DB')
  await host.applyD1Migrations('PORTCULLIS_MIGRATIONS')
  const permissions = [{ permission: 'invoices:read' }]
  await admin('POST', '/apis', { audience: AUDIENCE, name: 'Billing', permissions })
  apiClient = await clientWith('tokens:introspect')
  await harness.update(apart({ root, workers: workersAt(origin, apiClient) }))
})

afterAll(() => harness.close())

async function admin(method: string, path: string, body?: unknown) {
  const response = await fetch(`${issuer}/admin/v1${path}`, {
    method,
    headers: { Authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`)
  return (await response.json()) as Record<string, unknown>
}

const suspend = ({ id }: Client) => admin('PUT', `/clients/${id}/suspension`)
const resume = ({ id }: Client) => admin('DELETE', `/clients/${id}/suspension`)

async function clientWith(permission: string): Promise<Client> {
  const made = await admin('POST', '/clients', {
    client_name: 'Nightly billing export',
    permissions: [{ audience: AUDIENCE, permission }],
  })
  return { id: String(made['client_id']), secret: String(made['client_secret']) }
}

async function tokenOf({ id, secret }: Client): Promise<string> {
  const response = await fetch(`${issuer}/oauth/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  const { access_token: token } = (await response.json()) as { access_token: string }
  return token
}

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })

async function statusOf(path: string, token: string): Promise<number> {
  const api = harness.getWorker('portcullis-example-api')
  return (await api.fetch(path, bearer(token))).status
}

describe('the host', () => {
  it('keeps its own pages, its own table and its own 404', async () => {
    expect(await (await fetch(origin)).text()).toContain('A host')
    expect(await (await fetch(`${issuer}/about`)).text()).toContain('billing team')
    const posted = await fetch(`${origin}/notes`, { method: 'POST', body: 'call the bank' })
    expect(posted.status).toBe(201)
    expect(await (await fetch(`${origin}/notes`)).json()).toEqual([
      { id: 1, text: 'call the bank' },
    ])
    for (const path of ['/nowhere', '/auth/nowhere']) {
      const missing = await fetch(origin + path)
      expect([missing.status, await missing.text()]).toEqual([404, 'The host has no such page'])
    }
  })

  it('is discovered at its root, and has a cron', async () => {
    const metadata = await fetch(`${origin}/.well-known/oauth-authorization-server/auth`)
    expect(await metadata.json()).toMatchObject({ issuer })
    const { outcome } = await harness.getWorker('portcullis-example-host').scheduled({})
    expect(outcome).toBe('ok')
  })
})

describe('the API', () => {
  it('says where to get a token', async () => {
    const api = harness.getWorker('portcullis-example-api')
    const metadata = await api.fetch('/.well-known/oauth-protected-resource')
    expect(await metadata.json()).toMatchObject({
      resource: AUDIENCE,
      authorization_servers: [issuer],
    })
    const { headers, status } = await api.fetch('/exact')
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toContain('resource_metadata=')
  })

  it.each(['/exact', '/edge'])(
    'refuses at %s from the suspension to the resumption',
    async (path) => {
      const client = await clientWith('invoices:read')
      const token = await tokenOf(client)
      expect(await statusOf(path, token)).toBe(200)
      await suspend(client)
      expect(await statusOf(path, token)).toBe(401)
      await resume(client)
      expect(await statusOf(path, token)).toBe(200)
    },
  )

  it('refuses at /remembered ten seconds after the suspension at the latest', async () => {
    const client = await clientWith('invoices:read')
    const [token, another] = [await tokenOf(client), await tokenOf(client)]
    expect(await statusOf('/remembered', token)).toBe(200)
    await suspend(client)
    const suspendedAt = Date.now()
    // The moment it is asked counts: a busy machine may answer late.
    for (
      let asked = Date.now();
      (await statusOf('/remembered', token)) === 200;
      asked = Date.now()
    ) {
      expect(asked - suspendedAt).toBeLessThan(10_500)
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    expect(await statusOf('/remembered', token)).toBe(401)
    await resume(client)
    // The first one's refusal is remembered as long; for this one nothing is.
    expect(await statusOf('/remembered', another)).toBe(200)
  })
})

describe('the Express app', () => {
  let app: ChildProcess
  let url = ''

  beforeAll(async () => {
    const port = String(await freePort())
    url = `http://localhost:${port}`
    const credentials = { CLIENT_ID: apiClient.id, CLIENT_SECRET: apiClient.secret }
    const folder = join(ROOT, 'examples/express')
    app = spawn(process.execPath, ['--import', './in-this-repository.ts', 'server.ts'], {
      cwd: folder,
      env: { ...process.env, PORT: port, ISSUER: issuer, AUDIENCE, ...credentials },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise((resolve, reject) => {
      app.stdout?.once('data', resolve)
      app.once('exit', (code) => reject(new Error(`Express ended with ${code}`)))
    })
  })

  afterAll(() => app.kill())

  it('refuses from the suspension to the resumption, which the keys alone cannot see', async () => {
    const client = await clientWith('invoices:read')
    const token = await tokenOf(client)
    const statuses = async () => [
      (await fetch(`${url}/invoices`, bearer(token))).status,
      (await fetch(`${url}/signed`, bearer(token))).status,
    ]
    expect(await statuses()).toEqual([200, 200])
    await suspend(client)
    expect(await statuses()).toEqual([401, 200])
    await resume(client)
    expect(await statuses()).toEqual([200, 200])
  })

  it('refuses no token, a spoilt one and one without the scope, at both doors', async () => {
    const { headers } = await fetch(`${url}/invoices`)
    expect(headers.get('www-authenticate')).toBe(
      `Bearer realm="${AUDIENCE}", scope="invoices:read"`,
    )
    const without = await tokenOf(apiClient)
    for (const path of ['/invoices', '/signed']) {
      expect((await fetch(url + path)).status).toBe(401)
      expect((await fetch(url + path, bearer(without))).status).toBe(403)
      expect((await fetch(url + path, bearer(`${without}x`))).status).toBe(401)
    }
  })
})
