import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { BOOTSTRAP_TOKEN, KEYS } from './harness.ts'
import { builtWorker, migrated } from './restorable.ts'
import { freePort } from './start.ts'

/** Each request goes to the isolate that it names, of those that share one database. */
const ROUTER = `export default { fetch(request, env) {
  return env[request.headers.get('x-isolate') ?? 'isolate0'].fetch(request) } }`

/** The same built Worker several times, each with a memory of its own, on one D1 and one KV. */
export async function startIsolates(count: number) {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-isolates-'))
  const port = await freePort()
  const issuer = `http://localhost:${port}`
  const names = Array.from({ length: count }, (_, number) => `isolate${number}`)
  const contents = builtWorker()
  const running = new Miniflare(
    convertV4MiniflareOptions({
      port,
      resourcePersistencePath: folder,
      handleStructuredLogs: () => {},
      workers: [
        {
          name: 'router',
          modules: [{ type: 'ESModule', path: 'router.js', contents: ROUTER }],
          compatibilityDate: '2026-10-20',
          serviceBindings: Object.fromEntries(names.map((name) => [name, name])),
        },
        ...names.map((name) => ({
          name,
          modules: [{ type: 'ESModule' as const, path: `${name}.js`, contents }],
          compatibilityDate: '2026-10-20',
          d1Databases: { DB: 'one' },
          kvNamespaces: { DENYLIST: 'one' },
          bindings: { BOOTSTRAP_TOKEN, ISSUER: issuer, ...KEYS },
        })),
      ],
    }),
  )
  await running.ready
  await migrated(await running.getD1Database('DB', 'isolate0'))

  async function admin(method: string, path: string, body: unknown) {
    const response = await fetch(`${issuer}/admin/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${BOOTSTRAP_TOKEN}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text) as Record<string, unknown>
  }

  async function close(): Promise<void> {
    await running.dispose()
    rmSync(folder, { recursive: true })
  }

  return { issuer, names, admin, close }
}
