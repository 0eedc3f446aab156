import { env } from 'cloudflare:workers'
import { afterEach, expect, it, vi } from 'vitest'
import { ADMIN_ROUTES } from '../../src/http/admin/routes.ts'
import { faultyD1, faultyKv, isWrite } from '../doubles/faults.ts'
import { assertedBy, type ClientKey, makeClientKey } from '../support/client-keys.ts'
import {
  API,
  type Client,
  ISSUER,
  type Json,
  type TestServer,
  testServer,
} from '../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000

afterEach(() => {
  vi.restoreAllMocks()
})

/** Every row of every table of ours. */
async function dumpOfD1(): Promise<Record<string, Json[]>> {
  const { results: tables } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'portcullis_%'",
  ).all<{ name: string }>()
  const dump: Record<string, Json[]> = {}
  for (const { name } of tables) {
    dump[name] = (await env.DB.prepare(`SELECT * FROM ${name}`).all<Json>()).results
  }
  return dump
}

async function dumpOfKv(): Promise<string[]> {
  const { keys } = await env.DENYLIST.list()
  return Promise.all(keys.map(async ({ name }) => `${name} ${await env.DENYLIST.get(name)}`))
}

/** Every line that goes to the log from now on. */
function logged(): string[] {
  const lines: string[] = []
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => {
      lines.push(args.map((arg) => (arg instanceof Error ? arg.stack : String(arg))).join(' '))
    })
  }
  return lines
}

type Keep = (response: Response) => Promise<Response>

/** Keeps the text of each answer, with its headers. */
function keeper(): { answers: string[]; keep: Keep } {
  const answers: string[] = []
  const keep = async (response: Response) => {
    const headers = JSON.stringify([...response.headers])
    answers.push(headers + (await response.clone().text()))
    return response
  }
  return { answers, keep }
}

function faultyServer(): TestServer {
  const broken = faultyD1(env.DB, ({ texts }) => /secrets|clients/.test(texts[0] ?? '') && 'throws')
  return testServer({
    now: NOW,
    env: {
      DB: broken,
      DENYLIST: faultyKv(env.DENYLIST, () => 'throws'),
    },
  })
}

type Asking = { at: TestServer; client: Client; token: string; bearer: string; keep: Keep }

/** Requests of every kind, right and wrong, about a client and by it. */
async function askEverything({ at, client, token, bearer, keep }: Asking): Promise<void> {
  const path = `/clients/${client.id}`
  await keep(await at.form('/oauth/introspect', { token }, client))
  await keep(await at.form('/oauth/introspect', { token: client.secret }, client))
  await keep(await at.form('/oauth/token', { grant_type: 'x', client_secret: client.secret }))
  await keep(await at.tokenRequest({ ...client, secret: `${client.secret}x` }))
  await keep(await at.admin('GET', path, undefined, bearer))
  await keep(await at.admin('GET', '/clients?q=pc_'))
  await keep(await at.admin('GET', `/clients?q=${client.secret}`))
  await keep(await at.admin('GET', `${path}/secrets`))
  await keep(await at.admin('PATCH', path, { [client.secret]: client.secret, description: 7 }))
  await keep(await at.admin('POST', `${path}/secrets`, { expires_on: client.secret }))
  await keep(await at.admin('GET', `/clients/${token}`, undefined, client.secret))
  for (const text of [client.secret, `${client.secret}x`, token, `${token}x`]) {
    await keep(await at.admin('POST', '/credential-lookups', { text }))
  }
  await keep(await at.suspend(client))
  await keep(await at.resume(client))
  await keep(await at.admin('GET', '/audit-events'))
  await at.cron().catch(() => {})
}

it('INV-7: a secret is in one answer and nowhere else, and a token in no store and no log', async () => {
  const lines = logged()
  const server = testServer({ now: NOW })
  await server.api()
  const { answers, keep } = keeper()
  const created = await keep(
    await server.admin('POST', '/clients', {
      client_name: 'a',
      permissions: [
        { audience: API, permission: 'invoices:read' },
        { audience: ISSUER, permission: 'clients:read' },
      ],
    }),
  )
  const body = await created.json<Json>()
  const path = `/clients/${body['client_id']}`
  const second = await (await keep(await server.admin('POST', `${path}/secrets`))).json<Json>()
  const copy = await (await keep(await server.admin('POST', `${path}/duplicates`))).json<Json>()
  const secrets = [body, second, copy].map((made) => String(made['client_secret']))
  const client = { id: String(body['client_id']), secret: secrets[0] ?? '', body }

  const token = await server.token(client)
  const bearer = await server.token(client, { resource: ISSUER })
  for (const at of [server, faultyServer()])
    await askEverything({ at, client, token, bearer, keep })
  await keep(await server.form('/oauth/revoke', { token }, client))

  const stored = JSON.stringify([await dumpOfD1(), await dumpOfKv()])
  for (const secret of secrets) {
    const random = secret.slice(16, 59)
    expect(answers.filter((answer) => answer.includes(`"client_secret":"${secret}"`))).toHaveLength(
      1,
    )
    for (const place of [stored, lines.join('\n')]) expect(place).not.toContain(random)
  }
  // A field that was misspelt is named as it was sent: only who sent it reads that.
  const other = answers.filter((answer) => !answer.includes('"errors"'))
  const occurrences = other.filter((answer) => answer.includes(client.secret.slice(16, 59)))
  expect(occurrences).toHaveLength(1)
  for (const issued of [token, bearer]) {
    const signature = issued.split('.')[2] ?? 'none'
    expect(signature.length).toBeGreaterThan(80)
    for (const place of [stored, ...answers, ...lines]) expect(place).not.toContain(signature)
  }
  expect(lines.length).toBeGreaterThan(0)
})

/** Each route of the admin API, with no token, wrong ones, and one that reads clients alone. */
async function askAsReader(
  watched: TestServer,
  bearer: string,
  ids: Record<string, string>,
): Promise<void> {
  const other = { client_name: 'a', name: 'a', permissions: [] }
  const bodies: Record<string, object> = {
    access: { roles: [], permissions: [] },
    diagnoses: { assertion: 'a.b.c' },
    'credential-lookups': { text: 'a' },
    incidents: { client_ids: [ids['client_id']] },
    certificates: { san_dns: 'b.example' },
  }
  const tokens = [undefined, 'garbage', `${bearer}x`, bearer]
  for (const [n, token] of tokens.entries()) {
    for (const { method, path, right } of ADMIN_ROUTES) {
      const url = path.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? 'none')
      const body = bodies[path.split('/').at(-1) ?? ''] ?? other
      const { status } = await watched.send(`/admin/v1${url}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
          'Content-Type': 'application/json',
          // Guesses are counted by address.
          'CF-Connecting-IP': `192.0.2.${n}`,
        },
        ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
      })
      const expected = token !== bearer ? 401 : right === 'clients:read' ? 200 : 403
      expect([method, url, status]).toEqual([method, url, expected])
    }
  }
}

async function askAsStranger(
  watched: TestServer,
  bearer: string,
  victim: Client,
  victimsKey: ClientKey,
): Promise<void> {
  const strangers = [undefined, { id: victim.id, secret: 'pc_wrong' }, { id: 'none', secret: 'x' }]
  const { now } = watched.clock
  const asserted = [
    await assertedBy(await makeClientKey(), victim.id, now),
    await assertedBy(await makeClientKey(), 'none', now),
    await assertedBy(victimsKey, victim.id, now, { aud: 'https://another.example' }),
  ]
  for (const stranger of strangers) {
    for (const path of ['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/oauth/rotate']) {
      const fields = { grant_type: 'client_credentials', token: bearer }
      expect((await watched.form(path, fields, stranger)).status).toBe(401)
    }
  }
  for (const assertion of asserted) {
    for (const path of ['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/oauth/rotate']) {
      const fields = { grant_type: 'client_credentials', token: bearer, ...assertion }
      expect((await watched.form(path, fields)).status).toBe(401)
    }
  }
}

const PUBLIC = ['/health', '/.well-known/jwks.json', '/.well-known/oauth-authorization-server']

const ADA = { email: 'ada@example.com', access: 'view' }

it('INV-15: strangers and readers cause no write, on any route', async () => {
  const server = testServer({ now: NOW })
  await server.api()
  const victim = await server.client({ [API]: 'invoices:read' })
  const reader = await server.client({ [ISSUER]: 'clients:read' })
  const bearer = await server.token(reader)
  const victimsKey = await makeClientKey()
  const keysPath = `/clients/${victim.id}/keys`
  const key = await server.adminOk('POST', keysPath, { jwk: victimsKey.jwk })
  const issuer = await server.adminOk('POST', '/issuers', { issuer: 'https://ci.example' })
  const rulesPath = `/clients/${victim.id}/federated-credentials`
  const terms = { issuer_id: issuer['issuer_id'], subject: 'workload-1' }
  const rule = await server.adminOk('POST', rulesPath, terms)
  const certificate = await server.adminOk('POST', `/clients/${victim.id}/certificates`, {
    san_dns: 'a.example',
  })
  const { data: apis } = await server.adminOk('GET', '/apis')
  const role = await server.adminOk('POST', '/roles', { name: 'a', permissions: [] })
  const { data: keys } = await server.adminOk('GET', '/signing-keys')
  const administrator = await server.adminOk('POST', '/administrators', ADA)
  const leaking = { client_ids: [(await server.client()).id] }
  const { incident_id } = await server.adminOk('POST', '/incidents', leaking)
  const ids = {
    incident_id,
    administrator_id: administrator['administrator_id'],
    client_id: victim.id,
    secret_id: victim.body['secrets'][0].secret_id,
    key_id: key['key_id'],
    issuer_id: issuer['issuer_id'],
    credential_id: rule['credential_id'],
    certificate_id: certificate['certificate_id'],
    api_id: apis.find((api: Json) => api['audience'] === API)['api_id'],
    role_id: role['role_id'],
    kid: keys[0].kid,
  }
  const before = [await dumpOfD1(), await dumpOfKv()]

  const writes: string[] = []
  const note = (texts: string[]) => {
    if (isWrite({ texts }) || /^(put|delete) /.test(texts[0] ?? '')) writes.push(...texts)
    return null
  }
  const watched = testServer({
    now: NOW,
    env: {
      ADMINISTRATORS: 'grace@example.com',
      DB: faultyD1(env.DB, ({ texts }) => note(texts)),
      DENYLIST: faultyKv(env.DENYLIST, ({ texts }) => note(texts)),
    },
  })
  await askAsReader(watched, bearer, ids)
  await askAsStranger(watched, bearer, victim, victimsKey)
  for (const path of PUBLIC) {
    expect((await watched.send(path)).status).toBe(200)
  }
  expect(writes).toEqual([])
  expect([await dumpOfD1(), await dumpOfKv()]).toEqual(before)
  expect(await (await watched.suspend(victim)).json()).toMatchObject({ status: 'suspended' })
  expect(writes).not.toEqual([])
})

it('INV-15: nothing in a body or a header but the credential says who is calling', async () => {
  const server = testServer({ now: NOW })
  const client = await server.client({ [ISSUER]: 'clients:read' })
  const bearer = await server.token(client)
  const headers = {
    Authorization: `Bearer ${bearer}`,
    'Content-Type': 'application/json',
    Cookie: `token=${env.BOOTSTRAP_TOKEN}`,
    'X-Forwarded-User': 'admin@example.com',
    'Cf-Access-Authenticated-User-Email': 'admin@example.com',
    'X-HTTP-Method-Override': 'DELETE',
  }
  const body = JSON.stringify({ client_name: 'a', actor: { type: 'bootstrap', id: 'bootstrap' } })
  const path = `/admin/v1/clients?access_token=${env.BOOTSTRAP_TOKEN}`
  expect((await server.send(path, { method: 'POST', headers, body })).status).toBe(403)
  expect((await server.send(path, { headers: { Cookie: headers.Cookie } })).status).toBe(401)
  expect((await server.adminOk('GET', '/clients'))['data']).toHaveLength(1)
})
