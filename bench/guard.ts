import { createTestHarness, type TestHarness } from 'wrangler'
import { apart } from '../test/support/node/apart.ts'
import { measure, printFigures } from './load.ts'

const ISSUER = 'https://auth.example'
const AUDIENCE = 'https://api.example.com'
const BOOTSTRAP = 'bootstrap-token-of-the-bench-0123456789'
const KEY = '1:a-key-of-the-bench-that-protects-nothing'
const KEYS = { PEPPER: KEY, WRAPPING_KEY: KEY, AUDIT_KEY: KEY, COOKIE_KEY: KEY }
const LOAD = { rounds: 5, seconds: 2, connections: 16 }

/** An API guarded in each mode beside the same API unguarded, in one workerd. */
export async function run(): Promise<void> {
  const server = createTestHarness(options({}))
  await server.listen()
  await server.getWorker('portcullis').applyD1Migrations('DB')
  const { token, api } = await prepare(server)
  await server.update(options({ CLIENT_ID: api.client_id, CLIENT_SECRET: api.client_secret }))
  const { url } = await server.listen()
  const targets = ['open', 'denylist', 'remembered', 'binding', 'http'].map((name) => ({
    name,
    url: new URL(`/${name}`, url).href,
    headers: { authorization: `Bearer ${token}` },
  }))
  const title = `The guard, one token seen before, ${LOAD.connections} connections`
  printFigures(title, await measure(targets, LOAD))
  await server.close()
}

function options(vars: Record<string, string>) {
  const api = {
    name: 'api',
    main: 'bench/guarded-api.ts',
    compatibility_date: '2026-10-20',
    vars: { ISSUER, ...vars },
    kv_namespaces: [{ binding: 'DENYLIST' }],
    services: [{ binding: 'AUTH', service: 'portcullis', entrypoint: 'TokenIntrospection' }],
  }
  const secrets = { BOOTSTRAP_TOKEN: BOOTSTRAP, ISSUER, ...KEYS }
  return apart({ workers: [{ config: api }, { configPath: 'wrangler.toml', secrets }] })
}

type Created = { client_id: string; client_secret: string }

async function prepare(server: TestHarness): Promise<{ token: string; api: Created }> {
  const auth = server.getWorker('portcullis')
  const admin = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${BOOTSTRAP}`, 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    return (await (await auth.fetch(`${ISSUER}/admin/v1/${path}`, init)).json()) as Created
  }
  await admin('apis', {
    audience: AUDIENCE,
    name: 'Bench',
    permissions: [{ permission: 'invoices:read' }],
  })
  const client = await admin('clients', {
    client_name: 'Bench',
    permissions: [{ audience: AUDIENCE, permission: 'invoices:read' }],
  })
  const api = await admin('clients', {
    client_name: 'API',
    permissions: [{ audience: AUDIENCE, permission: 'tokens:introspect' }],
  })
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: client.client_id,
    client_secret: client.client_secret,
  }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await auth.fetch(`${ISSUER}/oauth/token`, { method: 'POST', headers, body })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  return { token, api }
}
