import { env } from 'cloudflare:workers'
import { makeClientKey } from '../support/client-keys.ts'
import { formTokenIn, signIn, signInAs } from '../support/console.ts'
import { API, type Client, ISSUER, type Json, type TestServer } from '../support/server.ts'
import type { Caller } from './who-may.ts'

/** How a caller says who it is: by a header, and on a form of its session by the session's token. */
export type Credential = { headers: Record<string, string>; formToken: string }

export type Callers = Record<Caller, Credential> & Record<string, Credential>

/** In the name of everything that there is to know: a refusal shows it nowhere. */
export const NEEDLE = 'needle-9f2c'

const bearer = (token: string): Credential => ({
  headers: { Authorization: `Bearer ${token}` },
  formToken: '',
})

/** One of each kind, each as able as its kind can be. */
export async function makeCallers(server: TestServer): Promise<Callers> {
  const all = 'clients:read clients:manage audit:read tokens:introspect'
  await server.api(API, all.replace(' tokens:introspect', ''))
  const having = async (scope: string, fields: Json = {}) => {
    const client = await server.client({ [ISSUER]: scope }, fields)
    return { client, token: await server.token(client) }
  }
  const expired = await having(all, { access_token_lifetime: 60 })
  server.clock.now += 60
  const suspended = await having(all)
  await server.suspend(suspended.client)
  const reader = await having('clients:read')
  const elsewhere = await server.token(await server.client({ [API]: all }))
  const stranger = await administrator(server, 'stranger', 'manage')
  await server.adminOk('DELETE', `/administrators/${stranger.id}`)
  return {
    nobody: { headers: {}, formToken: '' },
    wrong: bearer(`${reader.token.slice(0, -2)}AA`),
    expired: bearer(expired.token),
    suspended: bearer(suspended.token),
    elsewhere: bearer(elsewhere),
    introspector: bearer((await having('tokens:introspect')).token),
    auditor: bearer((await having('audit:read')).token),
    reader: bearer(reader.token),
    manager: bearer((await having('clients:manage')).token),
    bootstrap: bearer(server.bindings.BOOTSTRAP_TOKEN ?? ''),
    stranger: stranger.credential,
    viewer: (await administrator(server, 'viewer', 'view')).credential,
    ruler: (await administrator(server, 'ruler', 'manage')).credential,
    breakglass: await sessionOf(signIn(server)),
  }
}

async function administrator(server: TestServer, name: string, access: 'view' | 'manage') {
  const body = { email: `${name}@example.com`, access }
  const { administrator_id } = await server.adminOk('POST', '/administrators', body)
  const id = String(administrator_id)
  return { id, credential: await sessionOf(signInAs(server, id)) }
}

async function sessionOf(signedIn: ReturnType<typeof signIn>): Promise<Credential> {
  const { cookie, html } = await signedIn
  return { headers: { Cookie: cookie }, formToken: formTokenIn(await html('/clients')) }
}

/** Values for the parameters of paths and bodies: the ids of one of each thing, newly created. */
export type Things = Record<string, string>

let made = 0

/** A status list; none where they are off. */
async function listOf(server: TestServer): Promise<string> {
  const answer = await server.send('/oauth/status-lists')
  const { status_lists: [first = 'none'] = [] } = await answer.json<{ status_lists?: string[] }>()
  return first.slice(first.lastIndexOf('/') + 1)
}

export async function makeThings(server: TestServer, token: string): Promise<Things> {
  const n = ++made
  const client: Client = await server.client({ [API]: 'clients:read' }, { client_name: NEEDLE })
  await server.adminOk('POST', `/clients/${client.id}/secrets`, {})
  const jwk = { ...(await makeClientKey()).jwk, kid: NEEDLE }
  const key = await server.adminOk('POST', `/clients/${client.id}/keys`, { jwk, label: NEEDLE })
  const [issuer, spare] = await issuersOf(server, n)
  const named = { issuer_id: spare['issuer_id'], subject: NEEDLE, label: NEEDLE }
  const rule = await server.adminOk('POST', `/clients/${client.id}/federated-credentials`, named)
  const name = { san_dns: `${NEEDLE}.example`, label: NEEDLE }
  const certificate = await server.adminOk('POST', `/clients/${client.id}/certificates`, name)
  const permissions = [{ permission: 'tokens:introspect' }]
  const api = { audience: `https://${NEEDLE}-${n}.example`, name: NEEDLE, permissions }
  const { api_id } = await server.adminOk('POST', '/apis', api)
  const role = { name: NEEDLE, permissions: [{ audience: API, permission: 'clients:read' }] }
  const { role_id } = await server.adminOk('POST', '/roles', role)
  const person = { email: `${NEEDLE}-${n}@example.com`, access: 'manage' }
  const { administrator_id } = await server.adminOk('POST', '/administrators', person)
  const member = await memberOf(`${NEEDLE}-group-${n}`)
  const { kid } = await server.adminOk('POST', '/signing-keys', {})
  const { id: leaking } = await server.client()
  const incident = { client_ids: [leaking], reason: NEEDLE }
  const { incident_id } = await server.adminOk('POST', '/incidents', incident)
  return {
    client_id: client.id,
    incident_id: String(incident_id),
    secret_id: String(client.body['secrets'][0].secret_id),
    key_id: String(key['key_id']),
    issuer_id: String(issuer['issuer_id']),
    spare_issuer_id: String(spare['issuer_id']),
    credential_id: String(rule['credential_id']),
    certificate_id: String(certificate['certificate_id']),
    api_id: String(api_id),
    permission: 'tokens:introspect',
    role_id: String(role_id),
    administrator_id: String(administrator_id),
    member_id: member,
    kid: String(kid),
    list_id: await listOf(server),
    token,
    n: String(n),
    needle: NEEDLE,
    address: person.email,
    date: new Date((server.clock.now + 86_400) * 1000).toISOString().slice(0, 10),
  }
}

/** A person whom a group let in. */
async function memberOf(name: string): Promise<string> {
  const id = `administrator_${name}`
  await env.DB.prepare(
    `INSERT INTO portcullis_members (administrator_id, issuer, subject, email, access, created_at,
       updated_at, version) VALUES (?, 'https://id.example', ?, ?, 'view', 0, 0, 1)`,
  )
    .bind(id, name, `${name}@example.com`)
    .run()
  return id
}

/** Fewer than there may be. */
const ISSUERS_AT_ONCE = 40
const issuers = new WeakMap<TestServer, { made: Json[]; spare: Json }>()

/** One that no rule names, in the place of the oldest of these, and the one that every rule names. */
async function issuersOf(server: TestServer, n: number): Promise<[Json, Json]> {
  const make = (host: string) =>
    server.adminOk('POST', '/issuers', { issuer: `https://${host}.example`, name: NEEDLE })
  const known = issuers.get(server) ?? { made: [], spare: await make(`${NEEDLE}-named`) }
  issuers.set(server, known)
  if (known.made.length === ISSUERS_AT_ONCE) {
    // The first one is among the things that every caller looks at.
    const [oldest] = known.made.splice(1, 1)
    await server.admin('DELETE', `/issuers/${oldest?.['issuer_id']}`)
  }
  const issuer = await make(`${NEEDLE}-${n}`)
  known.made.push(issuer)
  return [issuer, known.spare]
}
