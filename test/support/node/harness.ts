import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTestHarness, type TestHarness, type TestHarnessOptions } from 'wrangler'
import { BOOTSTRAP_TOKEN, KEYS } from '../../world/names.ts'
import { apart } from './apart.ts'
import { bundledWorker } from './bundled-worker.ts'

export { BOOTSTRAP_TOKEN, KEYS }
const ROOT = join(import.meta.dirname, '../../..')

type Workers = TestHarnessOptions['workers']

/** Listens until the Worker is there that has to know where. */
const PLACEHOLDER: Workers[number] = {
  config: {
    name: 'placeholder',
    main: join(import.meta.dirname, 'no-worker.js'),
    no_bundle: true,
    compatibility_date: '2026-10-20',
  },
}

/**
 * Starts Workers behind a real socket, with nothing of the developer's environment. Workers that have to know
 * their own origin are given as a function of it.
 */
export async function startWorkers(
  workers: Workers | ((origin: string) => Workers),
  root = ROOT,
): Promise<{ harness: TestHarness; url: URL }> {
  const optionsOf = (which: Workers) => apart({ root, workers: which })
  const isKnown = typeof workers !== 'function'
  const first = isKnown ? workers : workers('http://localhost')
  // The port is known only once something listens there. Several Workers cannot be exchanged for others.
  const isExchanged = !isKnown && first.length === 1
  const harness = createTestHarness(optionsOf(isExchanged ? [PLACEHOLDER] : first))
  const { url } = await harness.listen()
  if (!isKnown) await harness.update(optionsOf(workers(url.origin)))
  return { harness, url }
}

/** Those that the migrations make, by one query: to apply one after the other costs about as much as to start the Worker. */
export async function makeTables(harness: TestHarness): Promise<void> {
  const files = globSync('migrations/*.sql', { cwd: ROOT }).sort()
  const { DB } = await harness.getWorker<{ DB: Database }>().getEnv()
  await DB.prepare(files.map((file) => readFileSync(join(ROOT, file), 'utf8')).join(';\n')).run()
}

type Database = { prepare(sql: string): { run(): Promise<unknown> } }

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
  configPath?: string,
): Promise<RunningWorker> {
  const which = configPath === undefined ? { config: bundledWorker() } : { configPath }
  const { harness, url } = await startWorkers((origin) => [
    { ...which, secrets: { ISSUER: origin, BOOTSTRAP_TOKEN, ...KEYS, ...vars } },
  ])
  const issuer = url.origin
  await makeTables(harness)

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
