import type { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { mailbox } from '../doubles/mailbox.ts'
import { assertedBy, makeClientKey } from '../support/client-keys.ts'
import { EVENTS_ENV, eventsReceiver } from '../support/events-receiver.ts'
import { API, type Client, ISSUER, type TestServer, testServer } from '../support/server.ts'
import { placeOf } from '../support/status-lists.ts'
import type { Known } from './arbitraries.ts'
import type { Operation } from './document.ts'
import { knownOfStreams, makeReceiver } from './streams.ts'

const ADDRESS = 'ada@example.com'
const PERMISSION = { audience: API, permission: 'invoices:read' }

export type World = Awaited<ReturnType<typeof makeWorld>>

/** A server with one of everything, and what a caller who may do all knows of it. */
export async function makeWorld(overrides: Partial<typeof env> = {}) {
  eventsReceiver()
  const options = {
    statusLists: true,
    failureLimits: { perClient: 1e6, perAddress: 1e6 },
    env: {
      EMAIL: mailbox().EMAIL,
      MAIL_FROM: 'portcullis@example.com',
      ...EVENTS_ENV,
      ...overrides,
    },
  }
  const server = testServer({ ...options, securityEvents: true })
  // The keys of security events take long to make: they are made where a stream has something to tell.
  const { cron } = testServer({ ...options, now: server.clock.now })
  await server.api()
  // It opens a status list.
  await cron()
  const role = await server.adminOk('POST', '/roles', { name: 'Held', permissions: [PERMISSION] })
  await server.adminOk('POST', '/administrators', { email: ADDRESS, access: 'manage' })
  const caller = await server.client({ [API]: 'invoices:read tokens:introspect' })
  await server.adminOk('PATCH', `/clients/${caller.id}`, { allow_self_rotation: true })
  const token = await server.token(caller)
  const key = await makeClientKey()
  const stored = { jwk: key.jwk, replay: 'until_exp' }
  await server.adminOk('POST', `/clients/${caller.id}/keys`, stored)
  /** The caller may send it as often as it likes in place of its secret. */
  const assertion = await assertedBy(key, caller.id, server.clock.now, {
    exp: server.clock.now + 3600,
  })
  /** A token that may ask of every other, and nothing else. */
  const watcher = await server.token(await server.client({ [ISSUER]: 'tokens:introspect' }))
  const trusted = await server.adminOk('POST', '/issuers', { issuer: 'https://ci.example' })
  const leaking = await server.client()
  const ids: Record<string, string> = {
    trusted_id: String(trusted['issuer_id']),
    leaking_id: leaking.id,
    list_id: placeOf(token).uri.split('/').at(-1) ?? '',
    // Every API has it.
    permission: 'tokens:introspect',
  }
  for (const name of Object.keys(MAKERS)) ids[name] = await make(server, name, ids)
  const receiver = await makeReceiver(server, ids)
  // The first checkpoint of the audit log.
  await cron()
  const { size } = await server.adminOk('GET', '/audit-events/checkpoint')
  const first = await server.adminOk('GET', '/audit-events?order=asc&limit=1')

  /** After what made one, it; after what deleted one, another in its place. */
  async function goOn(operation: Operation, response: Response) {
    await receiver.goOn(operation, response)
    const { method, path } = operation
    const madeOne = Object.keys(MAKERS).find((name) => `/admin/v1${makerOf(name).path}` === path)
    const [, named] = /\{(\w+)\}$/.exec(path) ?? []
    if (response.status === 201 && path === '/oauth/rotate') {
      caller.secret = (await response.json<{ client_secret: string }>()).client_secret
    } else if (response.status === 201 && madeOne !== undefined) {
      ids[madeOne] = (response.headers.get('location') ?? '').split('/').at(-1) ?? ''
    } else if (response.status === 204 && method === 'DELETE' && named !== undefined) {
      ids[named] = await make(server, named, ids)
    } else return
    if ((madeOne ?? named) !== 'client_id') return
    // One with a profile takes no secret.
    await server.adminOk('PATCH', `/clients/${ids['client_id']}`, { profile: null })
    for (const ofIt of ['secret_id', 'key_id', 'credential_id', 'certificate_id'])
      ids[ofIt] = await make(server, ofIt, ids)
  }

  const newKeys = await Promise.all(Array.from({ length: 10 }, makeClientKey))
  const known = () => ({
    ...knownIn(server, role, token, ids),
    NewKey: fc.constantFrom(...newKeys.map(({ jwk }) => ({ jwk }))),
    ...knownOfWorkloads(ids),
    ...knownOfStreams(ids),
    size: fc.constant(size),
    event_id: fc.constant(first['data'][0].event_id),
    from: fc.constantFrom('0', '1'),
    to: fc.constant(size),
    BulkChange: bulkChanges(ids),
    ClientImport: fc.uuid().map((id) => ({
      clients: [{ client_id: id, client_name: 'Imported', secret: { text: `secret of ${id}` } }],
    })),
    NewCertificate: fc.uuid().map((id) => ({ san_uri: `urn:uuid:${id}` })),
  })
  return { server, caller, token, assertion, watcher, receiver, ids, goOn, known }
}

/** How to make what a path names, in an order in which each needs those before it alone. */
const MAKERS: Record<
  string,
  { path: string; body: (n: number, ids: Record<string, string>) => object | Promise<object> }
> = {
  client_id: { path: '/clients', body: () => ({ client_name: 'Nightly export' }) },
  secret_id: { path: '/clients/{client_id}/secrets', body: () => ({}) },
  key_id: {
    path: '/clients/{client_id}/keys',
    body: async () => ({ jwk: (await makeClientKey()).jwk }),
  },
  issuer_id: { path: '/issuers', body: (n) => ({ issuer: `https://ci-${n}.example` }) },
  credential_id: {
    path: '/clients/{client_id}/federated-credentials',
    body: (n, ids) => ({ issuer_id: ids['trusted_id'], subject: `workload-${n}` }),
  },
  certificate_id: {
    path: '/clients/{client_id}/certificates',
    body: (n) => ({ san_dns: `${n}.example` }),
  },
  api_id: {
    path: '/apis',
    body: (n) => ({ audience: `https://${n}.example`, name: 'Made', permissions: [] }),
  },
  role_id: { path: '/roles', body: () => ({ name: 'Made', permissions: [] }) },
  administrator_id: {
    path: '/administrators',
    body: (n) => ({ email: `made-${n}@example.com`, access: 'view' }),
  },
  kid: { path: '/signing-keys', body: () => ({}) },
  incident_id: {
    path: '/incidents',
    body: (_n, ids) => ({ client_ids: [ids['leaking_id']] }),
  },
}

function makerOf(name: string) {
  const maker = MAKERS[name]
  if (!maker) throw new Error(`nothing makes a ${name}`)
  return maker
}

/** One of each that leaves the client there. */
function bulkChanges(ids: Record<string, string>) {
  const client_ids = [ids['client_id'] ?? '', 'client_none']
  return fc.constantFrom<object>(
    { action: 'suspend', client_ids, reason: 'drill' },
    { action: 'resume', client_ids },
    { action: 'revoke_tokens', client_ids },
    { action: 'tag', client_ids, add: ['env:drill'], remove: ['env:none'] },
  )
}

let made = 0

async function make(server: TestServer, name: string, ids: Record<string, string>) {
  const { path, body } = makerOf(name)
  const filled = path.replace('{client_id}', ids['client_id'] ?? '')
  return String((await server.adminOk('POST', filled, await body(++made, ids)))[name])
}

/** The things that exist, and those that can be new. */
function knownIn(
  server: TestServer,
  role: Record<string, unknown>,
  token: string,
  ids: Record<string, string>,
): Known {
  const day = (days: number) =>
    new Date((server.clock.now + days * 86_400) * 1000).toISOString().slice(0, 10)
  const fresh = fc.uuid()
  return {
    client_name: fc.constantFrom('Nightly export', 'ナイトリー', ' trimmed '),
    name: fc.constantFrom('Billing', 'Rechnungen ß'),
    description: fc.constantFrom('', 'Two\nlines', 'Two\r\nlines'),
    reason: fc.constantFrom('leaked', ''),
    q: fc.constantFrom('', 'night', '%', '_'),
    group: fc.constant('Invoices'),
    unused_since: fc.constantFrom('2026-11-26', '2026-11-26T09:30:00Z'),
    since: fc.constantFrom('2026-11-26', '2026-11-26T09:30:00Z'),
    until: fc.constantFrom('2026-11-27', '2026-11-27T09:30:00Z'),
    roles: fc.constantFrom([], [role['role_id']], [role['role_id'], role['role_id']]),
    Permission: fc.constant(PERMISSION),
    permission: fc.stringMatching(/^[a-z]{1,8}:[a-z]{1,8}$/),
    audience: fresh.map((id) => `https://${id}.example`),
    expires_on: fc.integer({ min: 0, max: 700 }).map(day),
    email: fc.oneof(
      fc.constant(ADDRESS),
      fresh.map((id) => `${id}@example.com`),
    ),
    overlap: fc.constantFrom('0', '3600'),
    token: fc.constantFrom(token, `${token}x`, 'none'),
    scope: fc.constantFrom('invoices:read', 'invoices:read tokens:introspect'),
    resource: fc.constant([API]),
    client_id: fc.constantFrom(ids['client_id'], 'client_none'),
    text: fc.constantFrom(token, 'pc_', 'none'),
    client_ids: fc.constant([ids['leaking_id']]),
  }
}

/** One condition is enough for a rule, and an issuer needs nothing but its name. */
function knownOfWorkloads(ids: Record<string, string>): Known {
  const fresh = fc.uuid()
  return {
    grant_type: fc.constant('client_credentials'),
    NewIssuer: fresh.map((id) => ({ issuer: `https://${id}.example` })),
    IssuerChange: fc.constantFrom({ max_lifetime: 600 }, { name: 'CI' }, {}),
    NewFederatedCredential: fresh.map((subject) => ({ issuer_id: ids['trusted_id'], subject })),
    DiagnosisRequest: fc.constantFrom(
      { assertion: 'a.b.c' },
      { issuer: 'https://ci.example', claims: { sub: 'workload-1' } },
    ),
  }
}

export function basic({ id, secret }: Client): string {
  return `Basic ${btoa(`${id}:${secret}`)}`
}
