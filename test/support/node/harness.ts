import { join } from 'node:path'
import { createTestHarness, type TestHarness } from 'wrangler'
import { apart } from './apart.ts'

const KEY = '1:a-key-of-the-tests-that-protects-nothing'
export const BOOTSTRAP_TOKEN = 'bootstrap-token-of-the-tests-0123456789'
const root = join(import.meta.dirname, '../../..')

export type Client = { id: string; secret: string }

/** The built Worker behind a real socket, with a fresh D1 and KV of its own. */
export type RunningWorker = {
  issuer: string
  harness: TestHarness
  /** A call of the admin API that must succeed: its JSON. */
  admin(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>
  client(audience: string, ...permissions: string[]): Promise<Client>
  close(): Promise<void>
}

/** `vars` are the Worker's, on top of those that it needs; `configPath` is that of another Worker around it. */
export async function runWorker(
  vars: Record<string, string> = {},
  configPath = 'wrangler.toml',
): Promise<RunningWorker> {
  const secrets = {
    BOOTSTRAP_TOKEN,
    PEPPER: KEY,
    WRAPPING_KEY: KEY,
    AUDIT_KEY: KEY,
    COOKIE_KEY: KEY,
    ...vars,
  }
  const withIssuer = (issuer: string) =>
    apart({
      root,
      workers: [{ configPath, secrets: { ISSUER: issuer, ...secrets } }],
    })
  // Its port is known only once it listens.
  const harness = createTestHarness(withIssuer('http://localhost'))
  const issuer = (await harness.listen()).url.origin
  await harness.update(withIssuer(issuer))
  await harness.getWorker().applyD1Migrations('DB')

  async function admin(method: string, path: string, body?: unknown) {
    const authorization = { Authorization: `Bearer ${BOOTSTRAP_TOKEN}` }
    const response = await fetch(
      `${issuer}/admin/v1${path}`,
      body === undefined
        ? { method, headers: authorization }
        : {
            method,
            headers: { ...authorization, 'Content-Type': 'application/json' },
            body: JSON.stringify(body),
          },
    )
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
  }

  async function client(audience: string, ...permissions: string[]): Promise<Client> {
    const made = await admin('POST', '/clients', {
      client_name: 'Nightly billing export',
      permissions: permissions.map((permission) => ({ audience, permission })),
    })
    return { id: String(made['client_id']), secret: String(made['client_secret']) }
  }

  return { issuer, harness, admin, client, close: () => harness.close() }
}
