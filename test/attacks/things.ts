import { env } from 'cloudflare:workers'
import { makeClientKey } from '../support/client-keys.ts'
import { API, type Json, type TestServer } from '../support/server.ts'

/** Values for the parameters of paths and bodies: the ids of one of each thing, newly created. */
export type Things = Record<string, string>

/** In the name of everything that there is to know: a refusal shows it nowhere. */
export const NEEDLE = 'needle-9f2c'

type Make = (server: TestServer, things: Things) => Promise<Things>

const ofClient = ({ client_id: id = '' }: Things) => `/clients/${id}`

/** The things by their names, and how they are made: later ones may be of earlier ones. */
const MAKERS: [names: string[], make: Make][] = [
  [['client_id', 'secret_id', 'key_id', 'credential_id', 'certificate_id'], clientWithSecrets],
  [['key_id'], keyOf],
  [['issuer_id', 'spare_issuer_id', 'credential_id'], issuersOf],
  [['credential_id'], ruleOf],
  [['certificate_id'], certificateOf],
  [['api_id'], anApi],
  [['role_id'], aRole],
  [['administrator_id', 'address'], aPerson],
  [['member_id'], memberOf],
  [['kid'], aSigningKey],
  [['incident_id'], anIncident],
  [['list_id'], listOf],
]

let made = 0

/** `isAsked`: whether a thing is needed, by its name. Its own things are made with it. */
export async function makeThings(
  server: TestServer,
  token: string,
  isAsked: (name: string) => boolean = () => true,
): Promise<Things> {
  const n = ++made
  const things: Things = {
    permission: 'tokens:introspect',
    token,
    n: String(n),
    needle: NEEDLE,
    date: new Date((server.clock.now + 86_400) * 1000).toISOString().slice(0, 10),
  }
  for (const [names, make] of MAKERS) {
    if (names.some(isAsked)) Object.assign(things, await make(server, things))
  }
  return things
}

async function clientWithSecrets(server: TestServer): Promise<Things> {
  const { id, body } = await server.client({ [API]: 'clients:read' }, { client_name: NEEDLE })
  await server.adminOk('POST', `/clients/${id}/secrets`, {})
  return { client_id: id, secret_id: String(body['secrets'][0].secret_id) }
}

async function keyOf(server: TestServer, things: Things): Promise<Things> {
  const jwk = { ...(await makeClientKey()).jwk, kid: NEEDLE }
  const key = await server.adminOk('POST', `${ofClient(things)}/keys`, { jwk, label: NEEDLE })
  return { key_id: String(key['key_id']) }
}

async function ruleOf(server: TestServer, things: Things): Promise<Things> {
  const named = { issuer_id: things['spare_issuer_id'], subject: NEEDLE, label: NEEDLE }
  const rule = await server.adminOk('POST', `${ofClient(things)}/federated-credentials`, named)
  return { credential_id: String(rule['credential_id']) }
}

async function certificateOf(server: TestServer, things: Things): Promise<Things> {
  const name = { san_dns: `${NEEDLE}.example`, label: NEEDLE }
  const certificate = await server.adminOk('POST', `${ofClient(things)}/certificates`, name)
  return { certificate_id: String(certificate['certificate_id']) }
}

async function anApi(server: TestServer, { n }: Things): Promise<Things> {
  const permissions = [{ permission: 'tokens:introspect' }]
  const api = { audience: `https://${NEEDLE}-${n}.example`, name: NEEDLE, permissions }
  return { api_id: String((await server.adminOk('POST', '/apis', api))['api_id']) }
}

async function aRole(server: TestServer): Promise<Things> {
  const role = { name: NEEDLE, permissions: [{ audience: API, permission: 'clients:read' }] }
  return { role_id: String((await server.adminOk('POST', '/roles', role))['role_id']) }
}

async function aPerson(server: TestServer, { n }: Things): Promise<Things> {
  const address = `${NEEDLE}-${n}@example.com`
  const person = { email: address, access: 'manage' }
  const { administrator_id } = await server.adminOk('POST', '/administrators', person)
  return { administrator_id: String(administrator_id), address }
}

async function aSigningKey(server: TestServer): Promise<Things> {
  return { kid: String((await server.adminOk('POST', '/signing-keys', {}))['kid']) }
}

async function anIncident(server: TestServer): Promise<Things> {
  const { id: leaking } = await server.client()
  const incident = { client_ids: [leaking], reason: NEEDLE }
  const { incident_id } = await server.adminOk('POST', '/incidents', incident)
  return { incident_id: String(incident_id) }
}

/** A status list; none where they are off. */
async function listOf(server: TestServer): Promise<Things> {
  const answer = await server.send('/oauth/status-lists')
  const { status_lists: [first = 'none'] = [] } = await answer.json<{ status_lists?: string[] }>()
  return { list_id: first.slice(first.lastIndexOf('/') + 1) }
}

/** A person whom a group let in. */
async function memberOf(_: TestServer, { n }: Things): Promise<Things> {
  const name = `${NEEDLE}-group-${n}`
  const id = `administrator_${name}`
  await env.DB.prepare(
    `INSERT INTO portcullis_members (administrator_id, issuer, subject, email, access, created_at,
       updated_at, version) VALUES (?, 'https://id.example', ?, ?, 'view', 0, 0, 1)`,
  )
    .bind(id, name, `${name}@example.com`)
    .run()
  return { member_id: id }
}

/** Fewer than there may be. */
const ISSUERS_AT_ONCE = 40
const issuers = new WeakMap<TestServer, { made: Json[]; spare: Json }>()

/** One that no rule names, in the place of the oldest of these, and the one that every rule names. */
async function issuersOf(server: TestServer, { n }: Things): Promise<Things> {
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
  return {
    issuer_id: String(issuer['issuer_id']),
    spare_issuer_id: String(known.spare['issuer_id']),
  }
}
