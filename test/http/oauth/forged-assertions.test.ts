import { beforeEach, expect, it } from 'vitest'
import { askWith, assertionBy, clientWithKey, signerOf } from '../../support/assertions-by-keys.ts'
import { forgedAssertions } from '../../support/forged-assertions.ts'
import { type Json, testServer, type TestServer } from '../../support/server.ts'

let server: TestServer
beforeEach(async () => {
  server = testServer({ failureLimits: { perClient: 1e6, perAddress: 1e6 } })
  await server.api()
})

it('no forged assertion is accepted, and none is told what was wrong', async () => {
  const signer = await signerOf('ES256')
  const { id: clientId, kid } = await clientWithKey(server, signer)
  const forged = await forgedAssertions({ signer, clientId, kid, now: server.clock.now })
  expect(forged.length).toBeGreaterThan(250)
  const wrong: unknown[] = []
  for (const { kind, token } of forged) {
    const response = await askWith(server, token)
    const { error, error_description: description } = await response.json<Json>()
    const isRefused = response.status === 401 && error === 'invalid_client'
    const isSilent = ['The client_assertion is not valid.', 'The assertion is not valid here.']
    if (!isRefused || !isSilent.includes(String(description)))
      wrong.push([kind, response.status, description])
  }
  expect(wrong).toEqual([])
  expect(
    (await askWith(server, await assertionBy(signer, clientId, server.clock.now))).status,
  ).toBe(200)
})

it('CVE-2026-16093: a dummy assertion beside a valid secret is two ways to authenticate', async () => {
  const client = await server.client({})
  const fields = {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: 'a.b.c',
  }
  const byHeader = await server.form('/oauth/token', fields, client)
  const inBody = { ...fields, client_id: client.id, client_secret: client.secret }
  for (const response of [byHeader, await server.form('/oauth/token', inBody)]) {
    expect([response.status, (await response.json<Json>())['error']]).toEqual([
      400,
      'invalid_request',
    ])
  }
})

it.each([
  ['no type', { client_assertion: 'a.b.c' }, 400, 'invalid_request'],
  [
    'no assertion',
    { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' },
    400,
    'invalid_request',
  ],
  [
    'a SAML assertion',
    {
      client_assertion: 'a.b.c',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
    },
    401,
    'invalid_client',
  ],
])('%s is refused by the form of the request', async (_name, fields, status, error) => {
  const response = await server.form('/oauth/token', {
    grant_type: 'client_credentials',
    ...fields,
  })
  expect([response.status, (await response.json<Json>())['error']]).toEqual([status, error])
})

it('a stranger causes no write, whatever it sends', async () => {
  const signer = await signerOf('ES256')
  const { id } = await clientWithKey(server, signer)
  const stranger = await signerOf('ES256')
  const before = await rowsUsed()
  for (let time = 0; time < 5; time++) {
    await askWith(server, await assertionBy(stranger, id, server.clock.now))
    await askWith(server, await assertionBy(stranger, 'client_ofNobody', server.clock.now))
  }
  expect(await rowsUsed()).toBe(before)
})

async function rowsUsed(): Promise<number | undefined> {
  const sql = 'SELECT count(*) AS n FROM portcullis_used_assertions'
  return (await server.bindings.DB.prepare(sql).first<{ n: number }>())?.n
}
