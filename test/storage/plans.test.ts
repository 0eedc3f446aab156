import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { faultyKv } from '../doubles/faults.ts'
import {
  addCertificate,
  ask as askByCertificate,
  withCertificate,
} from '../support/client-certificates/server.ts'
import { WORKLOADS, type Workload } from '../support/workload-claims.ts'
import { DOORS, federated, workloadToken } from '../support/workloads.ts'
import { assertedBy, makeClientKey } from '../support/client-keys.ts'
import { EVENTS_ENV } from '../support/events-receiver.ts'
import { signIn } from '../support/console.ts'
import { bring, hashedClient, imported } from '../support/imports.ts'
import { observedServer, planOf } from '../support/observed-server.ts'
import { API, type Client, ISSUER, type Json } from '../support/server.ts'

// SQLite without statistics plans by the statement and the indexes alone: what it does here with a few
// rows it does with millions.

const DAY = 86_400
const NOW = Date.UTC(2026, 10, 22, 10) / 1000

/** Tables of which there is no more than people make by hand, or one row. */
const SMALL =
  /^portcullis_(apis|permissions|roles|role_permissions|signing_keys|status_lists|administrators|configured_administrators|chores|ledger_head|client_counts|key_checks|seal_versions|issuers)$/

/** Walks of a whole table or index that grows, and why each may be. */
const WALKS: [step: RegExp, why: string][] = [
  [
    /^portcullis_clients USING (COVERING )?INDEX portcullis_clients_by_(creation|name|expiry|use)$/,
    'a list that nothing filters begins at the beginning of its order, and ends with its page',
  ],
  [
    /^portcullis_audit_events$/,
    'the newest events, or the next of all: by number, and as many as a page has',
  ],
  [
    /^portcullis_denylist_outbox( USING COVERING INDEX|$)/,
    'what waits, counted for health: empty but when KV fails',
  ],
  [
    /^portcullis_members USING INDEX portcullis_members_by_email$/,
    'the list of people begins at the beginning of its order, and ends with its page',
  ],
  [
    /^portcullis_former_names USING INDEX portcullis_former_administrators$/,
    'the administrators that were removed last: as many as a person chooses from',
  ],
  [
    /^portcullis_clients USING (COVERING )?INDEX portcullis_clients_held$/,
    'clients that a person has to decide on: none but after a restore',
  ],
]

const texts = new Set<string>()
const plans = new Map<string, string[]>()

beforeEach(async () => {
  if (plans.size > 0) return
  await walk()
  for (const text of texts) plans.set(text, await planOf(text))
})

/** Whatever the server does, once. */
async function walk(): Promise<void> {
  const { server, seen } = observedServer({
    now: NOW,
    mtlsHost: 'auth.example',
    statusLists: true,
    env: { ADMINISTRATORS: 'configured@example.com' },
  })
  const { admin, adminOk } = server
  await server.cron()
  const api = await server.api()
  const permission = { audience: API, permission: 'invoices:read' }
  const role = await adminOk('POST', '/roles', { name: 'Readers', permissions: [permission] })
  const roles = [role['role_id']]
  const client = await server.client({ [API]: 'invoices:read' }, { roles })
  const introspector = await server.client({ [ISSUER]: 'tokens:introspect clients:manage' })
  const token = await server.token(client)
  await server.introspect(token, introspector)
  const bearer = await server.token(introspector)
  await server.form('/oauth/introspect', { token }, undefined, {
    Authorization: `Bearer ${bearer}`,
  })
  await server.form('/oauth/revoke', { token }, client)
  await server.form(
    '/oauth/token',
    { grant_type: 'client_credentials' },
    { ...client, secret: 'x' },
  )
  const path = `/clients/${client.id}`
  await byAssertion(server, client.id, token)
  await byWorkload(server)
  await byCertificate(server)
  await adminOk('PUT', `${path}/access`, { roles, permissions: [permission] })
  await admin('PUT', `/roles/${role['role_id']}`, {}, bearer)
  await admin('PATCH', `/roles/${role['role_id']}`, { name: 'Reading' }, bearer)
  await admin('PATCH', `/roles/${role['role_id']}`, { permissions: [] }, bearer)
  await admin('PATCH', `/roles/${role['role_id']}`, { permissions: [permission] })
  await admin('PATCH', `/apis/${api['api_id']}`, { name: 'Invoices' }, bearer)
  for (const audience of [`${API}/v2`, API]) {
    await adminOk('PATCH', `/apis/${api['api_id']}`, { audience, confirm_audience_in_use: true })
    await admin('PATCH', `/apis/${api['api_id']}`, { audience: `${audience}/` })
  }
  await singleRights(server.admin, path, String(api['api_id']), String(role['role_id']))
  const made = await adminOk('POST', `${path}/secrets`, { retire_others_in: 60 })
  const secret = `${path}/secrets/${made['secret_id']}`
  await adminOk('PATCH', secret, { expires_on: '2027-01-31' })
  await adminOk('DELETE', secret)
  await adminOk('POST', `${path}/duplicates`, {})
  await adminOk('DELETE', `${path}/tokens`)
  await inALeak(server, client)
  await imports(server)
  const ada = await adminOk('POST', '/administrators', {
    email: 'ada@example.com',
    access: 'manage',
  })
  await adminOk('PATCH', `/administrators/${ada['administrator_id']}`, { access: 'view' })
  await adminOk('PATCH', `/administrators/${ada['administrator_id']}`, { access: 'manage' })
  await bulk(server.adminOk, client.id)
  await lists(server.adminOk, path)
  await pages(server, client.id, [`/roles/${role['role_id']}`, `/apis/${api['api_id']}`])
  await adminOk('GET', '/audit-events/verification')
  await adminOk('POST', '/audit-events/verification', {})
  await adminOk('POST', '/signing-keys', {})
  await upkeep()
  await server.suspend(client)
  await server.resume(client)
  await adminOk('DELETE', path)
  await admin('DELETE', `/apis/${api['api_id']}`)
  await admin('DELETE', `/roles/${role['role_id']}`)
  await adminOk('DELETE', `/administrators/${ada['administrator_id']}`)
  for (const text of seen.texts) texts.add(text)
}

/** Whatever one right more or less asks for. */
async function singleRights(
  ask: (method: string, path: string) => Promise<Response>,
  client: string,
  api: string,
  role: string,
) {
  const one = `permissions/${api}/invoices:write`
  for (const path of [`${client}/${one}`, `${client}/roles/${role}`, `/roles/${role}/${one}`]) {
    for (const method of ['PUT', 'DELETE', 'PUT']) await ask(method, path)
  }
  for (const name of ['invoices:read', 'more']) {
    for (const method of ['PUT', 'DELETE']) await ask(method, `/apis/${api}/permissions/${name}`)
  }
}

/** Whatever a client with a public key asks for. */
async function byAssertion(
  server: ReturnType<typeof observedServer>['server'],
  id: string,
  token: string,
) {
  const key = await makeClientKey()
  const path = `/clients/${id}/keys`
  const { key_id: keyId } = await server.adminOk('POST', path, { jwk: key.jwk })
  for (const endpoint of ['token', 'introspect', 'revoke', 'rotate']) {
    const fields = { grant_type: 'client_credentials', token }
    const assertion = await assertedBy(key, id, server.clock.now)
    await server.form(`/oauth/${endpoint}`, { ...fields, ...assertion })
  }
  await server.adminOk('DELETE', `${path}/${keyId}`)
}

/** Whatever a workload asks for, and a person who sets it up. */
async function byWorkload(server: ReturnType<typeof observedServer>['server']) {
  const workload = WORKLOADS['Kubernetes'] as Workload
  const { signer, id, issuerId, credentialId } = await federated(server, workload)
  for (const client of [{ client_id: id }, {}]) {
    const assertion = await workloadToken(workload, signer, server.clock.now)
    await server.form('/oauth/token', { ...DOORS.grant(assertion), ...client })
  }
  await server.adminOk('PATCH', `/issuers/${issuerId}`, { name: 'A cluster' })
  await server.admin('DELETE', `/issuers/${issuerId}`)
  await server.adminOk('DELETE', `/clients/${id}/federated-credentials/${credentialId}`)
  await server.adminOk('DELETE', `/issuers/${issuerId}`)
}

/** Whatever a client with a certificate asks for. */
async function byCertificate(server: ReturnType<typeof observedServer>['server']) {
  const client = await server.client({ [API]: 'invoices:read' }, { secret: null })
  const certificateId = await addCertificate(server, client, { san_dns: 'exports.example.com' })
  const asked = { cf: withCertificate('exports') }
  expect((await askByCertificate(server, client, asked)).status).toBe(200)
  await server.adminOk('DELETE', `/clients/${client.id}/certificates/${certificateId}`)
}

/** Whatever is asked for and done about a credential that leaked. */
async function inALeak(
  server: ReturnType<typeof observedServer>['server'],
  { secret, id }: Client,
) {
  const { jwk } = await makeClientKey()
  const { key_id: keyId } = await server.adminOk('POST', `/clients/${id}/keys`, { jwk })
  const names = [secret, secret.slice(-4), secret.slice(3, 15), id, keyId, 'a'.repeat(22)]
  for (const text of [...names, 'a'.repeat(43), await server.token({ id, secret, body: {} })]) {
    await server.adminOk('POST', '/credential-lookups', { text })
  }
  const leaking = await server.client()
  const incident = await server.adminOk('POST', '/incidents', { client_ids: [leaking.id] })
  await server.adminOk('GET', `/incidents/${incident['incident_id']}`)
}

/** Whatever is asked for and done when clients of another server come. */
async function imports(server: ReturnType<typeof observedServer>['server']) {
  const client = await hashedClient(server, 'by-hash')
  await bring(server, [imported(), imported({ client_id: 'by-hash' })])
  await server.token(client)
}

/** Whatever many clients are changed by. */
async function bulk(
  ask: (method: string, path: string, body: object) => Promise<Json>,
  id: string,
) {
  const other: Json = await ask('POST', `/clients/${id}/duplicates`, {})
  const client_ids = [id, other['client_id']]
  const changes = ['suspend', 'resume', 'revoke_tokens'].map((action) => ({ action }))
  for (const change of [...changes, { action: 'tag', add: ['a'] }]) {
    await ask('POST', '/clients/bulk', { ...change, client_ids })
  }
  await ask('POST', '/clients/bulk', { action: 'delete', client_ids: client_ids.slice(1) })
}

async function lists(get: (method: string, path: string) => Promise<Json>, client: string) {
  const found = ['', 'q=e', 'q=-', 'q=billing', 'q=billing+export'].flatMap((q) =>
    ['', 'status=available'].flatMap((status) =>
      ['name', '-created_at', 'expires_at'].map((sort) => `/clients?sort=${sort}&${status}&${q}`),
    ),
  )
  const filters = [
    'tag=a',
    'role_id=a',
    `audience=${API}`,
    'permission=invoices:read',
    'key=abcdef',
  ]
  const filtered = [
    ...filters,
    'unused_since=2026-11-20',
    `audience=${API}&permission=invoices:read&q=bill`,
    ...['', 'status=available', 'unused_since=2026-11-20'].map((by) => `sort=last_used_at&${by}`),
  ].map((by) => `/clients?${by}`)
  const others = ['/apis', '/roles', '/administrators', '/audit-events', '/signing-keys'].concat(
    ['/apis', '/roles'].flatMap((path) =>
      [`audience=${API}`, 'permission=invoices:read'].map((query) => `${path}?${query}`),
    ),
  )
  const id = client.split('/').at(-1)
  const ofEvents = ['', `client_id=${id}`].flatMap((whom) =>
    ['', 'action=client.created'].flatMap((what) =>
      ['', 'actor=bootstrap'].flatMap((who) =>
        ['', 'since=2026-11-20&until=2026-11-25', 'order=asc&since=2026-11-20'].map((when) =>
          [whom, what, who, when].filter(Boolean).join('&'),
        ),
      ),
    ),
  )
  const events = ofEvents.filter(Boolean).map((query) => `/audit-events?${query}`)
  for (const path of [...found, ...filtered, ...others, ...events, client, `${client}/secrets`]) {
    const clean = path.replace(/&+$/, '').replace('&&', '&')
    const onward = `${clean}${clean.includes('?') ? '&' : '?'}limit=1`
    await get('GET', clean)
    const { next_cursor: cursor } = clean.startsWith(client) ? {} : await get('GET', onward)
    if (cursor) await get('GET', `${onward}&cursor=${cursor}`)
  }
}

async function pages(
  server: ReturnType<typeof observedServer>['server'],
  id: string,
  more: string[],
) {
  const lists = await (await server.send('/oauth/status-lists')).json<{ status_lists: string[] }>()
  for (const uri of lists.status_lists) await server.send(new URL(uri).pathname)
  const visitor = await signIn(server)
  const paths = ['', '?status=expired', '?q=e', '?q=billing', `/${id}`, `/${id}/edit`, '/new']
  const others = ['/activity', '/apis', '/roles', '/administrators', '/signing-keys', '/setup']
  for (const path of [...paths.map((end) => `/clients${end}`), ...others, ...more])
    await visitor.get(path)
}

/** The cron with something to do for each of its steps, and what health tells of it. */
async function upkeep(): Promise<void> {
  const DENYLIST = faultyKv(
    env.DENYLIST,
    ({ texts: [text] }) => text?.startsWith('put') && 'throws',
  )
  const failing = observedServer({ now: NOW, env: { DENYLIST } })
  const ending = { secret: { expires_on: '2026-11-25' } }
  await failing.server.suspend(await failing.server.client({}, ending))
  await failing.server.client({}, ending)
  await env.DB.prepare('UPDATE portcullis_clients SET search_rules = 0').run()
  const PEPPER = `2:a-newer-key-of-this-rotation-0123456789,${env.PEPPER}`
  const later = observedServer({
    now: NOW + DAY,
    statusLists: true,
    env: { PEPPER, ...EVENTS_ENV },
  })
  for (let run = 0; run < 6; run++) {
    await later.server.cron()
    later.server.clock.now += 3600
  }
  const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
  await later.server.send('/health', { headers })
  await later.server.adminOk('GET', '/events-webhook')
  await later.server.adminOk('POST', '/reminders/test', { to: 'ada@example.com' }).catch(String)
  for (const text of [...failing.seen.texts, ...later.seen.texts]) texts.add(text)
}

/** The table that a step of a plan walks, and by which index; its alias is what the statement says. */
function walkedIn(step: string, text: string): string | null {
  const [, alias = '', how = ''] = /^SCAN (\S+)(.*)$/.exec(step) ?? []
  if (alias === '') return null
  if (alias.startsWith('portcullis_')) return alias + how
  const named = new RegExp(`(portcullis_\\w+)(?: AS)? ${alias.replaceAll(/\W/g, '')}\\b`).exec(text)
  return named ? named[1] + how : null
}

function walks(): { walked: string; text: string }[] {
  return [...plans].flatMap(([text, steps]) =>
    steps.flatMap((step) => {
      const walked = walkedIn(step, text)
      return walked === null ? [] : [{ walked, text: text.replaceAll(/\s+/g, ' ') }]
    }),
  )
}

describe('the database', () => {
  it('walks no table that grows from end to end, but where a reason is given', () => {
    const found = walks().filter(
      ({ walked }) =>
        !SMALL.test(walked.split(' ')[0] ?? '') && !WALKS.some(([pattern]) => pattern.test(walked)),
    )
    expect(plans.size).toBeGreaterThan(100)
    expect(found).toEqual([])
  })

  it('gives no reason for a walk that nothing does', () => {
    const all = walks()
    const idle = WALKS.filter(([pattern]) => !all.some(({ walked }) => pattern.test(walked)))
    expect(idle.map(([, why]) => why)).toEqual([])
  })

  it('has no index that no statement uses and that keeps nothing unique', async () => {
    const { results } = await env.DB.prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name LIKE 'portcullis!_%' ESCAPE '!'
       AND sql IS NOT NULL AND sql NOT LIKE 'CREATE UNIQUE%'`,
    ).all<{ name: string }>()
    const used = [...plans.values()].flat().join('\n')
    const unused = results.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(used))
    expect(results.length).toBeGreaterThan(20)
    expect(unused).toEqual([])
  })
})
