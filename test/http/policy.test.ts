import { beforeEach, describe, expect, it } from 'vitest'
import { createAuthServer } from '../../src/server.ts'
import { bring, imported, TEXT } from '../support/imports.ts'
import { PUBLIC_JWK } from '../support/client-keys.ts'
import { proofKey, proofMaker } from '../support/proofs.ts'
import { API, type Client, ISSUER, type Json, testServer } from '../support/server.ts'
import { bindingsOf } from '../world/build.ts'

// Rules of a deployment for credentials: for those that are made, never for those that exist.

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const NAME = { client_name: 'Nightly export' }
const JWKS_URI = { jwks_uri: 'https://keys.example.com/jwks.json' }
const DN = { subject_dn: 'CN=exports,O=Example GmbH,C=DE' }

const free = () => testServer({ now: NOON })
const limited = (secretDaysMax = 30) => testServer({ now: NOON, secretDaysMax })
const keysOnly = () => testServer({ now: NOON, allowedCredentials: ['public_key'] })

let client: Client
beforeEach(async () => {
  await free().api()
  client = await free().client(
    { [API]: 'invoices:read' },
    { allow_self_rotation: true, secret: { expires_on: '2027-03-31' } },
  )
})

/** The field that is wrong and why; the status alone where no field is. */
async function refusal(answer: Promise<Response>): Promise<[number, string]> {
  const response = await answer
  const { errors, detail, error_description: text } = await response.json<Json>()
  return [response.status, errors?.[0]?.detail ?? detail ?? text]
}

const events = async () => (await free().adminOk('GET', '/audit-events'))['data'].length

const endOf = (body: Json): string => body['expires_at']

describe('the days of a secret', () => {
  it('are 90 if nothing is set, and as many as are set', async () => {
    const made = (days?: number) =>
      testServer({ now: NOON, secretDaysDefault: days }).adminOk('POST', '/clients', NAME)
    expect(endOf((await made())['secrets'][0])).toBe('2027-02-20T23:59:59Z')
    expect(endOf((await made(7))['secrets'][0])).toBe('2026-11-29T23:59:59Z')
  })

  it('are the maximum if nobody says and that is less than 90', async () => {
    const body = await limited().adminOk('POST', `/clients/${client.id}/secrets`)
    expect(endOf(body)).toBe('2026-12-22T23:59:59Z')
  })

  const TOO_LONG = 'must be at most 30 days from today (UTC), as this server demands'

  it.each(['/clients', '/clients/ID/secrets', '/clients/ID/duplicates'])(
    'that are more than the maximum are refused at %s',
    async (path) => {
      const call = (expires_on: string) => {
        const at = path.replace('ID', client.id)
        const body = at.endsWith('secrets') ? { expires_on } : { ...NAME, secret: { expires_on } }
        return limited().admin('POST', at, body)
      }
      const before = await events()
      expect(await refusal(call('2026-12-23'))).toEqual([400, TOO_LONG])
      expect(await events()).toBe(before)
      expect((await call('2026-12-22')).status).toBe(201)
    },
  )

  it('are not more than the maximum where a secret is extended, not even by days of grace', async () => {
    const { secrets } = await limited().adminOk('POST', '/clients', NAME)
    const { client_id: id } = (await free().adminOk('GET', '/clients'))['data'][0]
    const path = `/clients/${id}/secrets/${secrets[0].secret_id}`
    const server = limited(40)
    expect((await server.admin('PATCH', path, { expires_on: '2027-01-01' })).status).toBe(200)
    expect(await refusal(server.admin('PATCH', path, { expires_on: '2027-01-02' }))).toEqual([
      400,
      'must be 2027-01-01 at the latest: 40 days after its creation',
    ])
    server.clock.now = Date.UTC(2027, 0, 3) / 1000
    const late = await refusal(server.admin('PATCH', path, { expires_on: '2027-01-08' }))
    expect(late).toEqual([400, 'must be 2027-01-01 at the latest: 40 days after its creation'])
  })

  it('of one that exists stay, may become less and do not become more', async () => {
    const [{ secret_id: id }] = client.body['secrets']
    const server = limited()
    expect((await server.tokenRequest(client)).status).toBe(200)
    const path = `/clients/${client.id}/secrets/${id}`
    expect((await server.admin('PATCH', path, { expires_on: '2027-04-01' })).status).toBe(400)
    expect((await server.admin('PATCH', path, { label: 'CI' })).status).toBe(200)
    expect((await server.admin('PATCH', path, { expires_on: '2027-03-30' })).status).toBe(200)
  })

  it('are not more where a client rotates its own', async () => {
    const response = await limited().form('/oauth/rotate', {}, client)
    expect(response.status).toBe(201)
    const [, next] = (await free().adminOk('GET', `/clients/${client.id}`))['secrets']
    expect(endOf(next)).toBe('2026-12-22T23:59:59Z')
  })
})

describe('a kind of credential that is not allowed', () => {
  const sentence = (kind: string) =>
    `This server allows no new ${kind} (ALLOWED_CREDENTIALS): allowed are public keys.`

  it.each([
    ['POST', '/clients', { ...NAME, secret: {} }, 'secrets'],
    ['POST', '/clients/ID/secrets', {}, 'secrets'],
    ['POST', '/clients/ID/duplicates', { secret: {} }, 'secrets'],
    ['PATCH', '/clients/ID/secrets/SECRET', { expires_on: '2027-04-01' }, 'secrets'],
    ['POST', '/clients/ID/certificates', DN, 'certificates'],
    [
      'POST',
      '/clients/ID/federated-credentials',
      { issuer_id: 'iss_1', subject: 'a' },
      'federated credentials',
    ],
  ])('is refused: %s %s %j', async (method, path, body, kind) => {
    const before = await events()
    const [{ secret_id: secret }] = client.body['secrets']
    const at = path.replace('ID', client.id).replace('SECRET', secret)
    const answer = await refusal(keysOnly().admin(method, at, body))
    expect(answer).toEqual([403, sentence(kind)])
    expect(await events()).toBe(before)
  })

  it.each([
    ['POST', '/clients/ID/keys', { jwk: PUBLIC_JWK }],
    ['PATCH', '/clients/ID', JWKS_URI],
    ['POST', '/clients', { ...NAME, ...JWKS_URI, secret: null }],
  ])('is refused as a public key, wherever that is: %s %s', async (method, path, body) => {
    const at = path.replace('ID', client.id)
    const secretsOnly = testServer({ now: NOON, allowedCredentials: ['secret'] })
    const [status, detail] = await refusal(secretsOnly.admin(method, at, body))
    expect([status, detail]).toEqual([403, expect.stringContaining('allows no new public keys')])
    expect((await keysOnly().admin(method, at, body)).status).toBeLessThan(202)
  })

  it('is refused of a client that rotates its own secret, which goes on working', async () => {
    const server = keysOnly()
    expect(await refusal(server.form('/oauth/rotate', {}, client))).toEqual([
      400,
      sentence('secrets'),
    ])
    expect((await server.tokenRequest(client)).status).toBe(200)
  })

  it('is left out where a client is created or duplicated and nobody asks for it', async () => {
    const created = await keysOnly().adminOk('POST', '/clients', NAME)
    const copy = await keysOnly().adminOk('POST', `/clients/${client.id}/duplicates`, {})
    for (const body of [created, copy]) {
      expect(body['secrets']).toEqual([])
      expect(body).not.toHaveProperty('client_secret')
    }
  })

  it('says so where none is allowed', async () => {
    const server = testServer({ now: NOON, allowedCredentials: [] })
    const [, detail] = await refusal(server.admin('POST', `/clients/${client.id}/secrets`, {}))
    expect(detail).toBe('This server allows no new credentials (ALLOWED_CREDENTIALS).')
  })
})

it('an imported secret is held to the rules like one that is made here', async () => {
  const late = imported({ secret: { text: TEXT, expires_on: '2026-12-23' } })
  const refused = await (await bring(limited(), [late])).json<Json>()
  expect(JSON.stringify(refused)).toContain('must be at most 30 days from today')
  const none = await (await bring(keysOnly(), [imported({ secret: { text: TEXT } })])).json<Json>()
  expect(none['results'][0].outcome).toBe('refused')
  expect(JSON.stringify(none)).toContain('allows no new secrets')
})

describe('a proof that every client has to send', () => {
  it('is demanded of a client whose own settings do not, and binds the token', async () => {
    const server = testServer({ now: NOON, requireDpop: true })
    const refused = await server.tokenRequest(client)
    expect([refused.status, await refused.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_dpop_proof' }),
    ])
    const url = `${ISSUER}/oauth/token`
    const maker = await proofMaker(
      { method: 'POST', url, token: 'none', now: NOON },
      await proofKey(),
    )
    const fields = { grant_type: 'client_credentials' }
    const answer = await server.form('/oauth/token', fields, client, { DPoP: await maker.make() })
    expect(await answer.json()).toMatchObject({ token_type: 'DPoP' })
    const shown = await server.adminOk('GET', `/clients/${client.id}`)
    expect(shown).toMatchObject({ require_dpop: false, dpop_required: true })
    // Other endpoints do not issue tokens.
    expect((await server.form('/oauth/introspect', { token: 'x' }, client)).status).toBe(200)
  })
})

it.each([
  [{ secretDaysMax: 0 }, 'SECRET_DAYS_MAX must be a whole number of days from 1 to 730'],
  [{ secretDaysDefault: 731 }, 'SECRET_DAYS_DEFAULT must be a whole number'],
  [{ secretDaysDefault: 31, secretDaysMax: 30 }, 'must not be more than SECRET_DAYS_MAX'],
  [{ allowedCredentials: ['secrets' as 'secret'] }, 'ALLOWED_CREDENTIALS must be a list of secret'],
])('a plugin with wrong rules is not made: %j', (options, message) => {
  expect(() => createAuthServer({ issuer: ISSUER, bindings: bindingsOf, ...options })).toThrow(
    message,
  )
})
