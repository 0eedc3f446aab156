import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { formatSecret } from '../../src/domain/secret-text.ts'
import { countingServer } from '../support/counting.ts'
import { proofKey, proofMaker } from '../support/proofs.ts'
import { API, type Client, ISSUER, testServer } from '../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const GRANT = { grant_type: 'client_credentials' }
const WRONG = formatSecret('AbCdEfGhIjKl', 'x'.repeat(43))
const UNKNOWN = { id: 'nobody', secret: WRONG }

type Known = 'client' | 'resourceServer' | 'reader'
type Token = 'fresh' | 'seen'
type Ask = {
  path: string
  method?: string
  fields?: Record<string, string>
  json?: object
  authorization?: string
  /** The `DPoP` header. */
  proof?: string
}

const server = countingServer(NOON)
const clients = {} as Record<Known, Client>
/** `seen`: the isolate has verified it before. */
/** One for the token endpoint, and one for another URL. */
const proofs: string[] = []
/** A leak that was responded to. */
const incident = { id: '' }
const billing = { id: '' }
const tokens = {} as Record<Known, Record<Token, string>>

const basic = ({ id, secret }: { id: string; secret: string }) => `Basic ${btoa(`${id}:${secret}`)}`

async function issuedTo(client: Client): Promise<string> {
  const { response } = await server.form('/oauth/token', GRANT, basic(client))
  return (await response.json<{ access_token: string }>()).access_token
}

async function prepared() {
  const plain = testServer({ now: NOON })
  billing.id = String((await plain.api())['api_id'])
  // An isolate's first failure makes it check that its keys are those of the database.
  await server.form('/oauth/token', GRANT, basic(UNKNOWN))
  clients.client = await plain.client({ [API]: 'invoices:read' })
  clients.resourceServer = await plain.client({ [ISSUER]: 'tokens:introspect' })
  clients.reader = await plain.client({ [ISSUER]: 'clients:read' })
  const leaking = [(await plain.client()).id, (await plain.client()).id]
  const made = await plain.adminOk('POST', '/incidents', { client_ids: leaking })
  incident.id = String(made['incident_id'])
  for (const url of [`${ISSUER}/oauth/token`, `${ISSUER}/oauth/other`]) {
    const request = { method: 'POST', url, token: 'none', now: NOON }
    proofs.push(await (await proofMaker(request, await proofKey())).make())
  }
  for (const name of ['client', 'resourceServer', 'reader'] as const) {
    const [fresh, seen] = [await issuedTo(clients[name]), await issuedTo(clients[name])]
    tokens[name] = { fresh, seen }
    await server.form('/oauth/introspect', { token: seen }, basic(clients.resourceServer))
  }
}

const token = (client: { id: string; secret: string }, fields = GRANT): Ask => ({
  path: '/oauth/token',
  fields,
  authorization: basic(client),
})
const proven = (n: number): Ask => ({ ...token(clients.client), proof: proofs[n] ?? '' })
const introspect = (text: string, authorization: string): Ask => ({
  path: '/oauth/introspect',
  fields: { token: text },
  authorization,
})
const revoke = (client: { id: string; secret: string }): Ask => ({
  path: '/oauth/revoke',
  fields: { token: 'x' },
  authorization: basic(client),
})
const lookUp = (text: string): Ask => ({
  path: '/admin/v1/credential-lookups',
  json: { text },
  authorization: `Bearer ${tokens.reader.seen}`,
})
const get = (path: string, bearer?: string): Ask => ({
  path,
  ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
})

/** As the bootstrap token. */
const change = (method: string, path: string): Ask => ({
  path: `/admin/v1${path}`,
  method,
  authorization: `Bearer ${env.BOOTSTRAP_TOKEN}`,
})
const right = (method: string, name: string): Ask =>
  change(method, `/clients/${clients.client.id}/permissions/${billing.id}/${name}`)

const wrong = (name: Known) => ({ id: clients[name].id, secret: WRONG })

/**
 * The cost of an answer: statements of D1 that read, operations of KV, signatures made and
 * verified. None of these requests writes, before its answer or after it.
 */
// biome-ignore format: a table
const TABLE: [what: string, status: number, reads: number, kv: number, signed: number, verified: number, ask: () => Ask][] = [
  ['a token',                               200, 1, 0, 1, 0, () => token(clients.client)],
  ['a token, bound by a proof',             200, 1, 0, 1, 1, () => proven(0)],
  ['a token, a proof for another URL',      400, 0, 0, 0, 0, () => proven(1)],
  ['a token, wrong secret',                 401, 1, 0, 0, 0, () => token(wrong('client'))],
  ['a token, unknown client, no secret of ours', 401, 1, 0, 0, 0, () => token({ id: 'unknown', secret: 'of-another-server' })],
  ['a token, unknown client',               401, 1, 0, 0, 0, () => token(UNKNOWN)],
  ['a token, another grant',                400, 0, 0, 0, 0, () => token(clients.client, { grant_type: 'password' })],
  ['introspection by secret',               200, 1, 0, 0, 1, () => introspect(tokens.client.fresh, basic(clients.resourceServer))],
  ['introspection by secret, token seen',   200, 1, 0, 0, 0, () => introspect(tokens.client.seen, basic(clients.resourceServer))],
  ['introspection by secret, no token',     200, 1, 0, 0, 0, () => introspect('x', basic(clients.resourceServer))],
  ['introspection, wrong secret',           401, 1, 0, 0, 0, () => introspect(tokens.client.seen, basic(wrong('resourceServer')))],
  ['introspection by Bearer',               200, 1, 0, 0, 1, () => introspect(tokens.client.seen, `Bearer ${tokens.resourceServer.fresh}`)],
  ['introspection by Bearer, both seen',    200, 1, 0, 0, 0, () => introspect(tokens.client.seen, `Bearer ${tokens.resourceServer.seen}`)],
  ['introspection by Bearer, no token',     401, 1, 0, 0, 0, () => introspect(tokens.client.seen, 'Bearer x')],
  ['introspection by Bearer, wrong scope',  403, 1, 0, 0, 0, () => introspect(tokens.client.seen, `Bearer ${tokens.reader.seen}`)],
  ['revocation, nothing to revoke',         200, 1, 0, 0, 0, () => revoke(clients.client)],
  ['revocation, wrong secret',              401, 1, 0, 0, 0, () => revoke(wrong('client'))],
  ['the keys',                              200, 1, 0, 0, 0, () => get('/.well-known/jwks.json')],
  ['the metadata, the first of a minute',   200, 1, 0, 0, 0, () => get('/.well-known/oauth-authorization-server')],
  ['the metadata',                          200, 0, 0, 0, 0, () => get('/.well-known/oauth-authorization-server')],
  ['health, the first: it looks at tables', 200, 6, 1, 0, 0, () => get('/health')],
  ['health',                                200, 5, 1, 0, 0, () => get('/health')],
  ['admin: the clients, by a token',        200, 2, 0, 0, 1, () => get('/admin/v1/clients', tokens.reader.fresh)],
  ['admin: the clients, token seen',        200, 2, 0, 0, 0, () => get('/admin/v1/clients', tokens.reader.seen)],
  ['admin: a client, token seen',           200, 2, 0, 0, 0, () => get(`/admin/v1/clients/${clients.client.id}`, tokens.reader.seen)],
  ['admin: the clients, bootstrap token',   200, 1, 0, 0, 0, () => get('/admin/v1/clients', env.BOOTSTRAP_TOKEN)],
  ['admin: whose is a secret',              200, 2, 0, 0, 0, () => lookUp(clients.client.secret)],
  ['admin: whose is a name of any kind',    200, 3, 0, 0, 0, () => lookUp('x'.repeat(43))],
  ['admin: whose is a token',               200, 4, 0, 0, 1, () => lookUp(tokens.client.fresh)],
  ['admin: an incident',                    200, 4, 0, 0, 0, () => get(`/admin/v1/incidents/${incident.id}`, tokens.reader.seen)],
  ['admin: a right of no API',              404, 4, 0, 0, 0, () => right('PUT', 'none')],
  ['admin: an API in use is not deleted',   409, 5, 0, 0, 0, () => change('DELETE', `/apis/${billing.id}`)],
  ['admin: no token',                       401, 0, 0, 0, 0, () => get('/admin/v1/clients')],
  ['admin: what is no token',               401, 0, 0, 0, 0, () => get('/admin/v1/clients', 'x')],
  ['admin: too weak a token',               403, 1, 0, 0, 0, () => get('/admin/v1/audit-events', tokens.reader.seen)],
  ['the console, not signed in',            303, 0, 0, 0, 0, () => get('/console/clients')],
  ['the console, signing in',               200, 0, 0, 0, 0, () => get('/console/sign-in')],
]

function sent({ path, fields, json, authorization, proof, ...ask }: Ask) {
  const { method = fields || json ? 'POST' : 'GET' } = ask
  const headers = new Headers(authorization === undefined ? {} : { Authorization: authorization })
  if (proof !== undefined) headers.set('DPoP', proof)
  if (fields) headers.set('Content-Type', 'application/x-www-form-urlencoded')
  if (json) headers.set('Content-Type', 'application/json')
  const form = fields ? new URLSearchParams(fields).toString() : null
  const body = json ? JSON.stringify(json) : form
  return server.send(path, { method, headers, body, redirect: 'manual' })
}

/** All rows in one test: their clients are made once. */
it('costs what the table says, and writes nothing', async () => {
  await prepared()
  for (const [what, status, reads, kv, signatures, verifications, ask] of TABLE) {
    const { response, before, inAll } = await sent(ask())
    expect(response.status, what).toBe(status)
    expect(before, what).toEqual({ reads, writes: 0, kv, signatures, verifications })
    expect(inAll, what).toEqual(before)
  }
})
