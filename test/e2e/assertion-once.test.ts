import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WORKLOADS } from '../support/workload-claims.ts'
import { startIsolates } from '../support/node/isolates.ts'

// One assertion, sent a thousand times at once to three isolates that know nothing of each other: their database
// alone can tell which came first.

const API = 'https://api.example.com'
const MANY = 1000
const ISOLATES = 3
const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

type Fields = Record<string, string>
type Answer = { isolate: string; status: number; body: Record<string, unknown> }

let server: Awaited<ReturnType<typeof startIsolates>>
beforeAll(async () => {
  server = await startIsolates(ISOLATES)
  const permissions = [{ permission: 'invoices:read' }]
  await server.admin('POST', '/apis', { audience: API, name: 'Invoices', permissions })
})
afterAll(() => server.close())

/** The `number`-th request comes from an address of its own: none is refused for the failures of others. */
async function send(number: number, path: string, fields: Fields): Promise<Answer> {
  const isolate = server.names[number % server.names.length] ?? ''
  const address = `10.0.${number >> 8}.${number & 255}`
  const response = await fetch(server.issuer + path, {
    method: 'POST',
    headers: { 'x-isolate': isolate, 'cf-connecting-ip': address },
    body: new URLSearchParams(fields),
  })
  const text = await response.text()
  return {
    isolate,
    status: response.status,
    body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
  }
}

const race = (request: (number: number) => [path: string, fields: Fields], many = MANY) =>
  Promise.all(Array.from({ length: many }, (_, number) => send(number, ...request(number))))

async function keyPair(alg: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), alg, kid: 'one' } }
}

async function newClient(): Promise<string> {
  const made = await server.admin('POST', '/clients', {
    client_name: 'Nightly billing export',
    secret: null,
    permissions: [{ audience: API, permission: 'invoices:read' }],
  })
  return String(made['client_id'])
}

/** A client with a key; each call makes another assertion. */
async function clientWithKey(replay: 'once' | 'until_exp') {
  const id = await newClient()
  const { privateKey, jwk } = await keyPair('ES256')
  await server.admin('POST', `/clients/${id}/keys`, { jwk, replay })
  return () => signed('ES256', privateKey, { iss: id, sub: id })
}

function signed(alg: string, key: CryptoKey, claims: Record<string, unknown>): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const about = { aud: server.issuer, jti: crypto.randomUUID(), iat: now, exp: now + 240 }
  return new SignJWT({ ...about, ...claims }).setProtectedHeader({ alg, kid: 'one' }).sign(key)
}

const asClient = (assertion: string, more: Fields = {}): Fields => ({
  grant_type: 'client_credentials',
  client_assertion_type: TYPE,
  client_assertion: assertion,
  ...more,
})

const accepted = (answers: Answer[]) => answers.filter(({ status }) => status === 200)

/** All but one are told the same, by each of the isolates. */
function expectOne(answers: Answer[], refusal: object): void {
  expect(accepted(answers)).toHaveLength(1)
  const others = answers.filter(({ status }) => status !== 200)
  for (const { status, body } of others) expect({ status, ...body }).toMatchObject(refusal)
  expect(new Set(others.map(({ isolate }) => isolate)).size).toBe(ISOLATES)
}

const REFUSED = { status: 401, error: 'invalid_client' }

describe('of a thousand requests with one assertion, at three isolates', () => {
  it('one gets a token', async () => {
    const make = await clientWithKey('once')
    const assertion = await make()
    expectOne(await race(() => ['/oauth/token', asClient(assertion)]), REFUSED)
    // They were refused for the assertion, and not for its client or its key.
    expect(accepted([await send(0, '/oauth/token', asClient(await make()))])).toHaveLength(1)
  })

  it('one is answered, whichever endpoint it asks', async () => {
    const make = await clientWithKey('once')
    const { body } = await send(0, '/oauth/token', asClient(await make()))
    const token = String(body['access_token'])
    const assertion = await make()
    const paths = ['/oauth/token', '/oauth/introspect', '/oauth/introspect', '/oauth/revoke']
    const request = (number: number): [string, Fields] => {
      const path = paths[number % paths.length] ?? ''
      return [path, asClient(assertion, path === '/oauth/token' ? {} : { token })]
    }
    expectOne(await race(request), REFUSED)
  })

  it('all get one where the key lets them: it is no race that refuses the others', async () => {
    const make = await clientWithKey('until_exp')
    const assertion = await make()
    const answers = await race(() => ['/oauth/token', asClient(assertion)], 60)
    expect(accepted(answers)).toHaveLength(60)
  })
})

describe('of a thousand requests with one token of a workflow, at three isolates', () => {
  async function workflow() {
    const github = WORKLOADS['GitHub Actions']
    if (!github) throw new Error('GitHub Actions is none of the workloads')
    const { issuer, preset, alg, claims, rule } = github
    const { privateKey, jwk } = await keyPair(alg)
    const made = await server.admin('POST', '/issuers', { issuer, preset, jwks: { keys: [jwk] } })
    const id = await newClient()
    const terms = { issuer_id: made['issuer_id'], claims: rule.claims }
    await server.admin('POST', `/clients/${id}/federated-credentials`, terms)
    return { id, make: () => signed(alg, privateKey, { ...claims, iss: issuer }) }
  }

  it('one gets a token, by whichever door', async () => {
    const { id, make } = await workflow()
    const token = await make()
    const answers = await race((number) => {
      const asGrant = { grant_type: JWT_BEARER, assertion: token, client_id: id }
      return ['/oauth/token', number % 2 === 0 ? asGrant : asClient(token, { client_id: id })]
    })
    expectOne(answers, { error_description: 'The assertion is not valid here.' })
    const next = asClient(await make(), { client_id: id })
    expect(accepted([await send(1, '/oauth/token', next)])).toHaveLength(1)
  })
})
