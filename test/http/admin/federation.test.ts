import { beforeEach, describe, expect, it } from 'vitest'
import { API, ISSUER, type Json, testServer, type TestServer } from '../../support/server.ts'
import { WORKLOADS, type Workload } from '../../support/workload-claims.ts'
import { federated, workloadToken } from '../../support/workloads.ts'

let server: TestServer
beforeEach(async () => {
  server = testServer({ now: 1_800_000_000 })
  await server.api()
})
const GITHUB = WORKLOADS['GitHub Actions'] as Workload
const KUBERNETES = WORKLOADS['Kubernetes'] as Workload
const GITHUB_ISSUER = { issuer: GITHUB.issuer, preset: 'github' }

const problemOf = async (response: Response) => {
  const { detail, errors } = await response.json<Json>()
  return [response.status, errors?.[0]?.field ?? detail, errors?.[0]?.detail]
}

describe('an issuer', () => {
  it('has what its preset says where nothing else is given', async () => {
    const made = await server.admin('POST', '/issuers', GITHUB_ISSUER)
    expect(made.status).toBe(201)
    const body = await made.json<Json>()
    expect(made.headers.get('Location')).toBe(`${ISSUER}/admin/v1/issuers/${body['issuer_id']}`)
    expect(body).toMatchObject({
      ...GITHUB_ISSUER,
      name: 'GitHub Actions',
      algorithms: ['RS256'],
      audiences: [],
      max_lifetime: 900,
      check_jti: true,
      jwks_uri: null,
      jwks: null,
      created_by: 'bootstrap',
    })
    expect(await server.adminOk('GET', '/issuers')).toEqual({ data: [body], next_cursor: null })
    const one = await server.admin('GET', `/issuers/${body['issuer_id']}`)
    expect([one.headers.get('ETag'), await one.json()]).toEqual(['"1"', body])
  })

  it('is changed but for its identifier, under If-Match, and its changes are in the audit log', async () => {
    const { issuer_id: id } = await server.adminOk('POST', '/issuers', GITHUB_ISSUER)
    const changed = await server.adminOk('PATCH', `/issuers/${id}`, {
      max_lifetime: 600,
      name: 'CI',
    })
    expect(changed).toMatchObject({ max_lifetime: 600, name: 'CI', check_jti: true })
    const again = await server.admin('PATCH', `/issuers/${id}`, { issuer: 'https://other.example' })
    expect((await problemOf(again)).slice(0, 2)).toEqual([400, 'issuer'])
    const { data } = await server.adminOk('GET', '/audit-events')
    expect(data[0]).toMatchObject({
      action: 'issuer.updated',
      target: { type: 'issuer', id },
      changes: { max_lifetime: { from: 900, to: 600 }, name: { from: 'GitHub Actions', to: 'CI' } },
    })
  })

  it.each([
    [
      'of a preset that it does not look like',
      { issuer: 'https://ci.example.com', preset: 'github' },
      'issuer',
    ],
    ['of a known platform as a custom one', { issuer: GITHUB.issuer }, 'issuer'],
    ['over plain http', { issuer: 'http://ci.example.com' }, 'issuer'],
    ['with a query', { issuer: 'https://ci.example.com?x' }, 'issuer'],
    ['that is this server', { issuer: ISSUER }, 'issuer'],
    [
      'of Entra ID without an audience',
      { issuer: 'https://sts.windows.net/fa15d692-e9c7-4460-a743-29f29522229a/', preset: 'azure' },
      'audiences',
    ],
    ['of SPIFFE without keys', { issuer: 'spiffe://example.org', preset: 'spiffe' }, 'jwks_uri'],
    [
      'with keys at an address inside',
      { issuer: 'https://ci.example.com', jwks_uri: 'https://127.0.0.1/jwks' },
      'jwks_uri',
    ],
    [
      'with keys both ways',
      { issuer: 'https://ci.example.com', jwks_uri: 'https://a.example/jwks', jwks: { keys: [] } },
      'jwks',
    ],
    ['with no key', { issuer: 'https://ci.example.com', jwks: { keys: [] } }, 'jwks'],
    [
      'with a symmetric key',
      { issuer: 'https://ci.example.com', jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } },
      'jwks',
    ],
    ['with no algorithm', { issuer: 'https://ci.example.com', algorithms: [] }, 'algorithms'],
    ['with HS256', { issuer: 'https://ci.example.com', algorithms: ['HS256'] }, 'algorithms.0'],
    [
      'whose tokens live for a week',
      { issuer: 'https://ci.example.com', max_lifetime: 604_800 },
      'max_lifetime',
    ],
  ])('%s is refused', async (_name, body, field) => {
    const [status, named] = await problemOf(await server.admin('POST', '/issuers', body))
    expect([status, named]).toEqual([400, field])
  })

  it('is registered once, and made once under an Idempotency-Key', async () => {
    const send = () =>
      server.send('/admin/v1/issuers', {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}`,
          'Content-Type': 'application/json',
          'Idempotency-Key': 'a-key',
        },
        body: JSON.stringify(GITHUB_ISSUER),
      })
    const [first, second] = [await send(), await send()]
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.headers.get('Idempotency-Replayed')).toBe('true')
    expect(await second.json()).toEqual(await first.json())
    expect((await server.admin('POST', '/issuers', GITHUB_ISSUER)).status).toBe(409)
  })

  it('is believed on the word of a person alone: no machine adds, changes or removes one', async () => {
    const { issuer_id: id } = await server.adminOk('POST', '/issuers', GITHUB_ISSUER)
    const machine = await server.client({ [ISSUER]: 'clients:manage' })
    const bearer = await server.token(machine)
    const calls: [string, string, Json?][] = [
      ['POST', '/issuers', { issuer: 'https://ci.example.com' }],
      ['PATCH', `/issuers/${id}`, { name: 'x' }],
      ['DELETE', `/issuers/${id}`],
    ]
    for (const [method, path, body] of calls) {
      expect([method, (await server.admin(method, path, body, bearer)).status]).toEqual([
        method,
        403,
      ])
    }
    expect((await server.admin('GET', '/issuers', undefined, bearer)).status).toBe(200)
  })
})

describe('a federated credential', () => {
  const make = async (rule: Json) => {
    const { id, issuerId } = await federated(server, GITHUB)
    return server.admin('POST', `/clients/${id}/federated-credentials`, {
      issuer_id: issuerId,
      ...rule,
    })
  }

  it('is listed with its client, and alone; deleted, it is gone', async () => {
    const { id, issuerId, credentialId } = await federated(server, GITHUB)
    const path = `/clients/${id}/federated-credentials`
    const one = await server.adminOk('GET', `${path}/${credentialId}`)
    expect(one).toMatchObject({ issuer_id: issuerId, ...GITHUB.rule, token_lifetime: 3600 })
    expect((await server.adminOk('GET', path))['data']).toEqual([one])
    const client = await server.adminOk('GET', `/clients/${id}`)
    expect(client).toMatchObject({
      federated_credentials: [one],
      attention: [],
      status: 'available',
    })
    await server.admin('DELETE', `${path}/${credentialId}`)
    expect((await server.admin('GET', `${path}/${credentialId}`)).status).toBe(404)
    expect(await server.adminOk('GET', `/clients/${id}`)).toMatchObject({
      attention: [{ reason: 'no_credentials' }],
    })
  })

  it.each([
    ['an empty rule', {}, 'subject'],
    ['empty claims', { claims: {} }, 'subject'],
    ["a name that can become another's", { subject: 'repo:o/r:ref:refs/heads/main' }, 'subject'],
    ['a claim that is a list', { claims: { repository_id: ['74'] } }, 'claims.repository_id'],
    ['an issuer of nobody', { issuer_id: 'iss_x', claims: { repository_id: '1' } }, 'issuer_id'],
    [
      'a day that is over',
      { claims: { repository_id: '1' }, expires_on: '2001-01-01' },
      'expires_on',
    ],
    [
      'more claims than ten',
      { claims: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`c${i}`, 'x'])) },
      'claims',
    ],
    [
      'a lifetime above the most',
      { claims: { repository_id: '1' }, token_lifetime: 50_000 },
      'token_lifetime',
    ],
  ])('%s is refused', async (_name, rule, field) => {
    const [status, named] = await problemOf(await make(rule))
    expect([status, named]).toEqual([400, field])
  })

  // In JSON itself: an object literal would set its prototype.
  it.each(['constructor', 'prototype', '__proto__'])(
    'a condition on the claim %s is refused, never left out of the rule',
    async (name) => {
      const claims = JSON.parse(`{"repository_id":"74","${name}":"b"}`) as Json
      const refused = [400, 'claims', `must not contain ${name}`]
      expect(await problemOf(await make({ claims }))).toEqual(refused)
      const asked = { issuer: GITHUB.issuer, claims }
      const diagnosed = await server.admin('POST', '/federation/diagnoses', asked)
      expect(await problemOf(diagnosed)).toEqual(refused)
    },
  )

  it.each(['1000000000000000001', '9007199254740993', '1e400', '-1e400'])(
    'a number that JSON rounds is refused: %s',
    async (number) => {
      const { id, issuerId } = await federated(server, GITHUB)
      const made = await server.send(`/admin/v1/clients/${id}/federated-credentials`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}`,
          'Content-Type': 'application/json',
        },
        body: `{"issuer_id":"${issuerId}","claims":{"account_id":${number}}}`,
      })
      const why = 'must be a number of at most 15 digits: write a longer one as text'
      expect(await problemOf(made)).toEqual([400, 'claims.account_id', why])
    },
  )

  it('the same conditions in another order are a conflict', async () => {
    const { id, issuerId } = await federated(server, GITHUB)
    const add = async (claims: Json) => {
      const body = { issuer_id: issuerId, claims }
      return (await server.admin('POST', `/clients/${id}/federated-credentials`, body)).status
    }
    expect(await add({ repository_id: '9', ref: 'a' })).toBe(201)
    expect(await add({ ref: 'a', repository_id: '9' })).toBe(409)
  })

  it('the same rule twice is a conflict', async () => {
    expect(
      (await make(GITHUB.rule.claims === undefined ? {} : { claims: GITHUB.rule.claims })).status,
    ).toBe(409)
  })

  it('a machine gives none to itself, nor to a client with rights here', async () => {
    const { issuerId } = await federated(server, GITHUB)
    const machine = await server.client({ [ISSUER]: 'clients:manage' })
    const powerful = await server.client({ [ISSUER]: 'audit:read' })
    const weak = await server.client({ [API]: 'invoices:read' })
    const bearer = await server.token(machine)
    const statuses = await Promise.all(
      [machine, powerful, weak].map(async ({ id }) => {
        const rule = { issuer_id: issuerId, claims: { repository_id: id } }
        return (await server.admin('POST', `/clients/${id}/federated-credentials`, rule, bearer))
          .status
      }),
    )
    expect(statuses).toEqual([403, 403, 201])
  })
})

describe('a diagnosis', () => {
  const diagnose = (body: Json) => server.adminOk('POST', '/federation/diagnoses', body)

  it('says of a good token which client it is for, and issues and stores nothing', async () => {
    const { signer, id, issuerId, credentialId } = await federated(server, GITHUB)
    const assertion = await workloadToken(GITHUB, signer, server.clock.now)
    for (let time = 0; time < 2; time++) {
      const found = await diagnose({ assertion, client_id: id })
      expect(found).toMatchObject({ client_id: id, issuer_id: issuerId, signature_checked: true })
      expect(found['checks'].every(({ holds }: Json) => holds)).toBe(true)
      expect(found['rules']).toMatchObject([
        { client_id: id, credential_id: credentialId, matches: true },
      ])
    }
    const used = await server.bindings.DB.prepare(
      'SELECT count(*) AS n FROM portcullis_used_assertions',
    ).first()
    expect(used).toEqual({ n: 0 })
  })

  it('says of each condition whether it holds and why not', async () => {
    const { id } = await federated(server, GITHUB)
    const claims = { ...GITHUB.claims, environment: 'Prod', event_name: 'pull_request_target' }
    const found = await diagnose({ issuer: GITHUB.issuer, claims, client_id: id })
    expect(found).toMatchObject({ client_id: null, signature_checked: false })
    expect(found['rules'][0]).toMatchObject({
      matches: false,
      conditions: [
        { claim: 'repository_id', expected: '74', actual: '74', holds: true, why: '' },
        {
          claim: 'environment',
          expected: 'prod',
          actual: 'Prod',
          holds: false,
          why: 'They differ only in case, and case matters.',
        },
        { claim: 'event_name', holds: false },
      ],
    })
  })

  it.each<[string, Json, string]>([
    ['an issuer with a slash', { iss: `${GITHUB.issuer}/` }, 'issuer'],
    ['a token without a subject', { sub: '' }, 'subject'],
    ['another audience', { aud: 'https://github.com/octo-org' }, 'audience'],
    ['an old token', { exp: 1_799_999_000 }, 'time'],
    ['a token that lives too long', { exp: 1_800_003_600 }, 'lifetime'],
    ['a token without a jti', { jti: '' }, 'jti'],
  ])('names %s', async (_name, claims, check) => {
    const { signer, id } = await federated(server, GITHUB)
    const assertion = await workloadToken(GITHUB, signer, server.clock.now, { claims })
    const found = await diagnose({ assertion, client_id: id })
    const wrong = found['checks'].filter(({ holds }: Json) => !holds)
    expect([found['client_id'], wrong.map(({ check: name }: Json) => name)]).toEqual([
      null,
      [check],
    ])
  })

  it("names a signature, an algorithm and a key that are not the issuer's", async () => {
    const { signer, id } = await federated(server, KUBERNETES)
    const stranger = await federated(server, GITHUB)
    const now = server.clock.now
    const cases: [string, string][] = [
      [await workloadToken(KUBERNETES, stranger.signer, now), 'signature'],
      [await workloadToken(KUBERNETES, signer, now, { header: { kid: 'platform-2' } }), 'key'],
      ['not-a-token', 'form'],
    ]
    for (const [assertion, check] of cases) {
      const found = await diagnose({ assertion, client_id: id })
      expect(found['checks'].find(({ holds }: Json) => !holds)['check']).toBe(check)
    }
  })

  it.each([
    ['nothing', {}],
    ['both', { assertion: 'a', issuer: 'b', claims: {} }],
    ['an issuer alone', { issuer: 'b' }],
  ])('of %s is refused', async (_name, body) => {
    expect((await server.admin('POST', '/federation/diagnoses', body)).status).toBe(400)
  })
})
