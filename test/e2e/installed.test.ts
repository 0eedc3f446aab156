import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestHarness } from 'wrangler'
import { complaintsOf, packedTarball, projectsWith } from '../support/node/package.ts'

const ISSUER = 'https://shop.example/auth'
const AUDIENCE = 'https://billing.example'
const KEY = '1:a-key-of-the-tests-that-protects-nothing'
const BOOTSTRAP_TOKEN = 'bootstrap-token-of-the-tests-0123456789'
const SECRETS = { BOOTSTRAP_TOKEN, PEPPER: KEY, WRAPPING_KEY: KEY, AUDIT_KEY: KEY, COOKIE_KEY: KEY }

const harness = createTestHarness()
let tarball = ''
let root = ''

beforeAll(async () => {
  tarball = packedTarball()
  root = projectsWith(tarball, 'host', 'api')
  await harness.update({
    root,
    workers: [
      { configPath: 'host/wrangler.toml', secrets: SECRETS },
      { configPath: 'api/wrangler.toml' },
    ],
  })
  await harness.listen()
  await host().applyD1Migrations('DB')
  await host().applyD1Migrations('PORTCULLIS_MIGRATIONS')
})

afterAll(async () => {
  await harness.close()
  for (const folder of [root, dirname(tarball)]) rmSync(folder, { recursive: true })
})

const host = () => harness.getWorker('host')

/** An answer of the host that must be a success. */
async function json(path: string, init: { method?: string; body?: string }, authorization: string) {
  const headers = { Authorization: authorization, 'Content-Type': 'application/json' }
  const response = await host().fetch(ISSUER + path, { ...init, headers })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as Record<string, string>
}

function admin(method: string, path: string, body?: object) {
  const init = body ? { method, body: JSON.stringify(body) } : { method }
  return json(`/admin/v1${path}`, init, `Bearer ${BOOTSTRAP_TOKEN}`)
}

async function tokenOf(id: string, secret: string): Promise<string> {
  const response = await host().fetch(`${ISSUER}/oauth/token`, {
    method: 'POST',
    headers: {
      Authorization: `Basic ${btoa(`${id}:${secret}`)}`,
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  })
  return ((await response.json()) as Record<string, string>)['access_token'] ?? ''
}

async function statusOfInvoices(token: string): Promise<number> {
  const headers = { Authorization: `Bearer ${token}` }
  return (await harness.getWorker('api').fetch(`${AUDIENCE}/invoices`, { headers })).status
}

describe('the package installed in a host and in an API', () => {
  it.each(['host', 'api'])('type checks in the %s', (project) => {
    // Hono's declarations name the DOM, which a Worker's do not have.
    expect(complaintsOf(join(root, project), '--skipLibCheck')).toEqual([])
  })

  it('issues a token that the API accepts, refuses while its client is suspended, and accepts again', async () => {
    const permissions = [{ permission: 'invoices:read' }]
    await admin('POST', '/apis', { audience: AUDIENCE, name: 'Billing', permissions })
    const { client_id: id = '', client_secret: secret = '' } = await admin('POST', '/clients', {
      client_name: 'Nightly billing export',
      permissions: [{ audience: AUDIENCE, permission: 'invoices:read' }],
    })
    const token = await tokenOf(id, secret)
    expect(await statusOfInvoices(token)).toBe(200)
    await admin('PUT', `/clients/${id}/suspension`, { reason: 'token in a public log' })
    expect(await statusOfInvoices(token)).toBe(401)
    await admin('DELETE', `/clients/${id}/suspension`)
    expect(await statusOfInvoices(token)).toBe(200)
  })

  it('is discovered at the root of the host, and is found by its own path', async () => {
    const found = await host().fetch(
      'https://shop.example/.well-known/oauth-authorization-server/auth',
    )
    expect(await found.json()).toMatchObject({
      issuer: ISSUER,
      token_endpoint: `${ISSUER}/oauth/token`,
    })
  })

  it('leaves the host its tables, its pages and its 404', async () => {
    const orders = await host().fetch('https://shop.example/orders')
    expect(await orders.json()).toEqual([])
    for (const path of ['/nowhere', '/auth/nowhere', '/.well-known/nowhere']) {
      const missing = await host().fetch(`https://shop.example${path}`)
      expect([missing.status, await missing.text()]).toEqual([404, 'The shop has no such page'])
    }
  })

  it('does its scheduled work in the cron of the host', async () => {
    expect(await host().scheduled({ cron: '* * * * *' })).toMatchObject({ outcome: 'ok' })
  })
})
