import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN, type Client } from '../support/node/harness.ts'
import { builtWorker, migrated } from '../support/node/restorable.ts'
import { freePort } from '../support/node/start.ts'

// While a deployment is on its way, Workers with the old secrets and with the new ones answer side by side, on one
// database. docs/configuration.md says in which steps a key is rotated then.

const ROOT = join(import.meta.dirname, '../..')
const OLD = '1:a-key-of-the-tests-that-protects-nothing'
const NAMES = ['PEPPER', 'WRAPPING_KEY', 'AUDIT_KEY', 'COOKIE_KEY'] as const
const run = promisify(execFile)

type Vars = Record<string, string>

/** Each request goes to the version that it names. */
const ROUTER = `export default { fetch(request, env) {
  return env[request.headers.get('x-version') ?? 'older'].fetch(request) } }`

const folder = mkdtempSync(join(tmpdir(), 'portcullis-versions-'))
let script = ''
let port = 0
let issuer = ''
let running: Miniflare | null = null
let client: Client
/** Rotated variables stay so. */
const kept: Vars = {}

function version(name: string, vars: Vars) {
  const keys = Object.fromEntries(NAMES.map((key) => [key, OLD]))
  return {
    name,
    modules: [{ type: 'ESModule' as const, path: `${name}.js`, contents: script }],
    compatibilityDate: '2026-10-20',
    d1Databases: { DB: 'one' },
    kvNamespaces: { DENYLIST: 'one' },
    bindings: { BOOTSTRAP_TOKEN, ISSUER: issuer, ...keys, ...kept, ...vars },
  }
}

async function deploy(older: Vars, newer: Vars): Promise<void> {
  await running?.dispose()
  port ||= await freePort()
  issuer = `http://localhost:${port}`
  running = new Miniflare(
    convertV4MiniflareOptions({
      port,
      resourcePersistencePath: folder,
      handleStructuredLogs: () => {},
      workers: [
        {
          name: 'router',
          modules: [{ type: 'ESModule', path: 'router.js', contents: ROUTER }],
          compatibilityDate: '2026-10-20',
          serviceBindings: { older: 'older', newer: 'newer' },
        },
        version('older', older),
        version('newer', newer),
      ],
    }),
  )
  await running.ready
}

async function send(to: string, path: string, init: RequestInit): Promise<Response> {
  const headers = { ...(init.headers as Record<string, string>), 'x-version': to }
  return fetch(issuer + path, { ...init, headers })
}

const askToken = (to: string) =>
  send(to, '/oauth/token', {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })

const change = (to: string, reason: string) =>
  send(to, `/admin/v1/clients/${client.id}`, {
    method: 'PATCH',
    headers: {
      Authorization: `Bearer ${BOOTSTRAP_TOKEN}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({ description: reason }),
  })

async function revokeActive(to: string): Promise<void> {
  const headers = { Authorization: `Bearer ${BOOTSTRAP_TOKEN}` }
  const listed = await send(to, '/admin/v1/signing-keys', { headers })
  const { data } = (await listed.json()) as { data: { kid: string; state: string }[] }
  const kid = data.find(({ state }) => state === 'active')?.kid
  await send(to, `/admin/v1/signing-keys/${kid}`, { method: 'DELETE', headers })
}

/** The outcomes of tokens and changes, by turns at both. */
async function outcomes(): Promise<Record<number, number>> {
  const counts: Record<number, number> = {}
  for (let n = 0; n < 40; n++) {
    const to = n % 2 === 0 ? 'newer' : 'older'
    const answers = [await askToken(to), await (n % 4 < 2 ? change(to, String(n)) : askToken(to))]
    for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  }
  return counts
}

async function rotate(name: string, value: string, step: string): Promise<string> {
  const file = join(folder, `${name}-${step}.json`)
  const args = [join(ROOT, 'bin/portcullis.mjs'), 'secrets', 'rotate', name, '--step', step]
  const work = run(process.execPath, [...args, '--file', file])
  work.child.stdin?.end(value)
  await work
  const { default: made } = (await import(file, { with: { type: 'json' } })) as {
    default: Record<string, string>
  }
  return made[name] ?? ''
}

beforeAll(async () => {
  script = builtWorker()
  await deploy({}, {})
  await migrated((await running?.getD1Database('DB', 'older')) as D1Database)
  const response = await send('older', '/admin/v1/clients', {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${BOOTSTRAP_TOKEN}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({
      client_name: 'Nightly export',
      permissions: [{ audience: issuer, permission: 'tokens:introspect' }],
    }),
  })
  const made = (await response.json()) as Record<string, string>
  client = { id: made['client_id'] ?? '', secret: made['client_secret'] ?? '' }
})

afterAll(async () => {
  await running?.dispose()
  rmSync(folder, { recursive: true })
})

describe('a key that is rotated in two steps, while two versions answer', () => {
  it.each(NAMES)('refuses nothing: %s', async (name) => {
    await deploy({}, {})
    expect(Object.keys(await outcomes())).toEqual(['200'])
    const prepared = await rotate(name, OLD, 'prepare')
    expect(prepared).toMatch(/^1:[^,]+,2:/)
    await deploy({}, { [name]: prepared })
    expect(Object.keys(await outcomes())).toEqual(['200'])
    const finished = await rotate(name, prepared, 'finish')
    expect(finished).toMatch(/^2:[^,]+,1:/)
    await deploy({ [name]: prepared }, { [name]: finished })
    // Then the active key is one that the newer version made and wrapped.
    for (const to of ['newer', 'newer']) await revokeActive(to)
    expect(Object.keys(await outcomes())).toEqual(['200'])
    // The way back, beside Workers that are there already.
    await deploy({ [name]: finished }, { [name]: prepared })
    expect(Object.keys(await outcomes())).toEqual(['200'])
    kept[name] = finished
  })
})

it('would refuse right secrets where the new key came first', async () => {
  const older = kept['PEPPER'] ?? OLD
  await deploy({}, { PEPPER: `3:another-key-of-the-tests-that-protects,${older}` })
  const counts = await outcomes()
  expect(counts[503]).toBeGreaterThan(0)
  expect(counts[401]).toBeUndefined()
})
