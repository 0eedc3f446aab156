import { join } from 'node:path'
import { createTestHarness, type TestHarness, type TestHarnessOptions } from 'wrangler'
import { BOOTSTRAP_TOKEN, KEYS } from '../../world/names.ts'
import { apart } from './apart.ts'

export { BOOTSTRAP_TOKEN, KEYS }
const ROOT = join(import.meta.dirname, '../../..')

type Workers = TestHarnessOptions['workers']

/**
 * Starts Workers behind a real socket, with nothing of the developer's environment. Workers that have to know
 * their own origin are given as a function of it.
 */
export async function startWorkers(
  workers: Workers | ((origin: string) => Workers),
  root = ROOT,
): Promise<{ harness: TestHarness; url: URL }> {
  const optionsAt = (origin: string) =>
    apart({ root, workers: typeof workers === 'function' ? workers(origin) : workers })
  const harness = createTestHarness(optionsAt('http://localhost'))
  // The port is known only once it listens.
  const { url } = await harness.listen()
  if (typeof workers === 'function') await harness.update(optionsAt(url.origin))
  return { harness, url }
}

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
  const { harness, url } = await startWorkers((origin) => [
    { configPath, secrets: { ISSUER: origin, BOOTSTRAP_TOKEN, ...KEYS, ...vars } },
  ])
  const issuer = url.origin
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
