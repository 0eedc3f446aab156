import { decodeJwt } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { API, type Json, testServer, type TestServer } from '../../support/server.ts'
import { WORKLOADS, type Workload } from '../../support/workload-claims.ts'
import { clientFor, DOORS, federated, workloadToken } from '../../support/workloads.ts'

let server: TestServer
beforeEach(async () => {
  server = testServer({ now: 1_800_000_000 })
  await server.api()
})
const now = () => server.clock.now
const GITHUB = WORKLOADS['GitHub Actions'] as Workload
const KUBERNETES = WORKLOADS['Kubernetes'] as Workload

const ask = (fields: Record<string, string>) => server.form('/oauth/token', fields)
const errorOf = async (response: Response) => {
  const body = await response.json<Json>()
  return [response.status, body['error'], body['error_description']]
}
const INVALID = [401, 'invalid_client', 'The assertion is not valid here.']

describe.each(Object.entries(WORKLOADS))('a workload of %s', (_name, workload) => {
  it('gets a token for the client that a rule names, by both doors', async () => {
    const { signer, id } = await federated(server, workload)
    for (const door of Object.values(DOORS)) {
      const assertion = await workloadToken(workload, signer, now())
      const response = await ask({ ...door(assertion), client_id: id })
      expect(response.status).toBe(200)
      const { access_token: token, expires_in: seconds } = await response.json<Json>()
      expect(decodeJwt(String(token))).toMatchObject({ client_id: id, scope: 'invoices:read' })
      expect(seconds).toBe(3600)
    }
  })

  it('is refused where any claim of its rule is another, and told nothing of it', async () => {
    const { signer, id } = await federated(server, workload)
    const { subject, claims } = workload.rule
    const name = subject === null ? (Object.keys(claims)[0] ?? '') : 'sub'
    const assertion = await workloadToken(workload, signer, now(), {
      claims: { [name]: 'another' },
    })
    const byAssertion = await ask({ ...DOORS.client_assertion(assertion), client_id: id })
    expect(await errorOf(byAssertion)).toEqual(INVALID)
    const byGrant = await ask({ ...DOORS.grant(assertion), client_id: id })
    expect(await errorOf(byGrant)).toEqual([400, 'invalid_grant', INVALID[2]])
  })
})

describe('without a client_id', () => {
  it('the exact subject names the client', async () => {
    const { signer, id } = await federated(server, KUBERNETES)
    const response = await ask(DOORS.grant(await workloadToken(KUBERNETES, signer, now())))
    const { access_token: token } = await response.json<Json>()
    expect(decodeJwt(String(token))['client_id']).toBe(id)
  })

  it('a subject that stands for two clients is refused until the client is named', async () => {
    const { signer, issuerId } = await federated(server, KUBERNETES)
    const other = await clientFor(server, issuerId, KUBERNETES.rule)
    const made = () => workloadToken(KUBERNETES, signer, now())
    expect((await ask(DOORS.grant(await made()))).status).toBe(400)
    expect((await ask({ ...DOORS.grant(await made()), client_id: other.id })).status).toBe(200)
  })

  it('a rule of claims alone is found by its client only', async () => {
    const { signer, id } = await federated(server, GITHUB)
    const made = () => workloadToken(GITHUB, signer, now())
    expect((await ask(DOORS.grant(await made()))).status).toBe(400)
    expect((await ask({ ...DOORS.grant(await made()), client_id: id })).status).toBe(200)
  })
})

it('a token without a subject is refused alike at both doors, though a rule asks for none', async () => {
  const { signer, id } = await federated(server, GITHUB)
  const assertion = await workloadToken(GITHUB, signer, now(), { without: ['sub'] })
  const byAssertion = await ask({ ...DOORS.client_assertion(assertion), client_id: id })
  expect(await errorOf(byAssertion)).toEqual(INVALID)
  const byGrant = await ask({ ...DOORS.grant(assertion), client_id: id })
  expect(await errorOf(byGrant)).toEqual([400, 'invalid_grant', INVALID[2]])
})

describe('what ends', () => {
  const door = async (id: string, assertion: string) =>
    ask({ ...DOORS.client_assertion(assertion), client_id: id })

  it('a token of GitHub is accepted once, one of Kubernetes until it expires', async () => {
    const github = await federated(server, GITHUB)
    const once = await workloadToken(GITHUB, github.signer, now())
    expect((await door(github.id, once)).status).toBe(200)
    expect(await errorOf(await door(github.id, once))).toEqual(INVALID)
    const kubernetes = await federated(server, KUBERNETES)
    const projected = await workloadToken(KUBERNETES, kubernetes.signer, now())
    for (let time = 0; time < 3; time++) {
      expect((await door(kubernetes.id, projected)).status).toBe(200)
    }
  })

  it('a deleted rule, and a changed issuer, hold for the very next request', async () => {
    const { signer, id, credentialId, issuerId } = await federated(server, KUBERNETES)
    const assertion = await workloadToken(KUBERNETES, signer, now())
    expect((await door(id, assertion)).status).toBe(200)
    await server.adminOk('PATCH', `/issuers/${issuerId}`, { audiences: ['https://other.example'] })
    expect(await errorOf(await door(id, assertion))).toEqual(INVALID)
    await server.adminOk('PATCH', `/issuers/${issuerId}`, { audiences: [] })
    await door(id, assertion)
    expect((await door(id, assertion)).status).toBe(200)
    await server.admin('DELETE', `/clients/${id}/federated-credentials/${credentialId}`)
    expect(await errorOf(await door(id, assertion))).toEqual(INVALID)
  })

  it('an issuer that a rule names cannot be deleted; without rules it can', async () => {
    const { id, credentialId, issuerId } = await federated(server, KUBERNETES)
    expect((await server.admin('DELETE', `/issuers/${issuerId}`)).status).toBe(409)
    await server.admin('DELETE', `/clients/${id}/federated-credentials/${credentialId}`)
    expect((await server.admin('DELETE', `/issuers/${issuerId}`)).status).toBe(204)
  })

  it('suspension cuts the workload off, and resuming lets it in', async () => {
    const { signer, id } = await federated(server, KUBERNETES)
    const assertion = await workloadToken(KUBERNETES, signer, now())
    const client = { id, secret: '', body: {} }
    await server.suspend(client)
    expect(await errorOf(await door(id, assertion))).toEqual([
      401,
      'invalid_client',
      'The client is suspended.',
    ])
    await server.resume(client)
    expect((await door(id, assertion)).status).toBe(200)
  })

  it('the rule caps how long an access token lives', async () => {
    const { signer, id } = await federated(server, KUBERNETES, { rule: { token_lifetime: 120 } })
    const response = await door(id, await workloadToken(KUBERNETES, signer, now()))
    expect(await response.json()).toMatchObject({ expires_in: 120 })
  })
})

it('the metadata lists the grant where an issuer is trusted, and only there', async () => {
  const grants = async () => {
    const response = await server.send('/.well-known/oauth-authorization-server')
    return (await response.json<Json>())['grant_types_supported']
  }
  expect(await grants()).toEqual(['client_credentials'])
  await federated(server, KUBERNETES)
  server.clock.now += 60
  expect(await grants()).toEqual([
    'client_credentials',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
  ])
})

it('the grant is unsupported while no issuer is trusted, and supported at once when one is', async () => {
  // The second time no issuer is remembered, and the database is asked anew.
  for (const assertion of ['a.b.c', 'd.e.f']) {
    const response = await ask(DOORS.grant(assertion))
    const { error } = await response.json<Json>()
    expect([response.status, error]).toEqual([400, 'unsupported_grant_type'])
  }
  const { signer } = await federated(server, KUBERNETES)
  const assertion = await workloadToken(KUBERNETES, signer, now())
  expect((await ask(DOORS.grant(assertion))).status).toBe(200)
})

it('the grant stands alone: beside client authentication it is refused', async () => {
  const { signer } = await federated(server, KUBERNETES)
  const client = await server.client({ [API]: 'invoices:read' })
  const fields = DOORS.grant(await workloadToken(KUBERNETES, signer, now()))
  const response = await server.form('/oauth/token', fields, client)
  expect([response.status, (await response.json<Json>())['error']]).toEqual([
    400,
    'invalid_request',
  ])
})
