import { decodeProtectedHeader } from 'jose'
import { expect, it } from 'vitest'
import { API, ISSUER, testServer } from '../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const INACTIVE = { active: false }

async function started() {
  const server = testServer({ now: NOON })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const observer = await server.client({ [ISSUER]: 'tokens:introspect' })
  const look = (token: string) => server.introspect(token, observer)
  return { server, client, look }
}

it('INV-1: says active of no token of a suspended client, in no isolate', async () => {
  const { server, client, look } = await started()
  const token = await server.token(client)
  const second = testServer({ now: NOON })
  const elsewhere = await second.client({ [ISSUER]: 'tokens:introspect' })
  // Asked before, so that whatever an isolate could remember, it does.
  expect(await second.introspect(token, elsewhere)).toMatchObject({ active: true })
  await server.suspend(client)
  expect(await look(token)).toEqual(INACTIVE)
  expect(await second.introspect(token, elsewhere)).toEqual(INACTIVE)
})

it('suspends for a request without a body, whatever type it says that the body would have', async () => {
  const { server, client, look } = await started()
  const token = await server.token(client)
  // As a fetch with that header and no body comes over HTTP: with a length of 0.
  const response = await server.send(`/admin/v1/clients/${client.id}/suspension`, {
    method: 'PUT',
    headers: {
      Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}`,
      'Content-Type': 'application/json',
    },
    body: '',
  })
  expect(response.status).toBe(200)
  expect(await look(token)).toEqual(INACTIVE)
})

it('INV-3: says the same of a token after a resume as before the suspension', async () => {
  const { server, client, look } = await started()
  const token = await server.token(client)
  const before = await look(token)
  await server.suspend(client)
  await server.resume(client)
  expect(before).toMatchObject({ active: true })
  expect(await look(token)).toEqual(before)
})

it('INV-3: brings back nothing that was revoked, or ran out, during a suspension', async () => {
  const { server, client, look } = await started()
  const [revoked, outlived] = [await server.token(client), await server.token(client)]
  await server.form('/oauth/revoke', { token: revoked }, client)
  await server.suspend(client)
  await server.resume(client)
  expect(await look(revoked)).toEqual(INACTIVE)
  expect(await look(outlived)).toMatchObject({ active: true })
  await server.suspend(client)
  server.clock.now = NOON + 43_200
  await server.resume(client)
  expect(await look(outlived)).toEqual(INACTIVE)
})

it('INV-4: says active of no token of a deleted client', async () => {
  const { server, client, look } = await started()
  const token = await server.token(client)
  await server.adminOk('DELETE', `/clients/${client.id}`)
  expect(await look(token)).toEqual(INACTIVE)
  await server.resume(client)
  expect(await look(token)).toEqual(INACTIVE)
})

it('tells tokens from before a cut-off from those after it within one second', async () => {
  const { server, client, look } = await started()
  const before = await server.token(client)
  const body = await server.adminOk('DELETE', `/clients/${client.id}/tokens`)
  const after = await server.token(client)
  expect(body).toMatchObject({ tokens_valid_from: '2026-11-22T12:00:00Z', status: 'available' })
  expect(await look(before)).toEqual(INACTIVE)
  expect(await look(after)).toMatchObject({ active: true, iat: NOON })
})

it('cuts off issued tokens with a change of access where that is asked for, and only there', async () => {
  const { server, client, look } = await started()
  const token = await server.token(client)
  const access = { roles: [], permissions: [{ audience: API, permission: 'invoices:read' }] }
  const path = `/clients/${client.id}/access`
  await server.adminOk('PUT', path, access)
  expect(await look(token)).toMatchObject({ active: true })
  await server.adminOk('PUT', path, { ...access, apply_to_issued_tokens: true })
  expect(await look(token)).toEqual(INACTIVE)
  expect(await look(await server.token(client))).toMatchObject({ active: true })
})

it('cuts off every token of a revoked signing key, and signs on with a new one', async () => {
  const { server, client, look } = await started()
  const token = await server.token(client)
  const { kid } = decodeProtectedHeader(token)
  expect((await server.admin('DELETE', `/signing-keys/${kid}`)).status).toBe(204)
  expect(await look(token)).toEqual(INACTIVE)
  const next = await server.token(client)
  expect(decodeProtectedHeader(next).kid).not.toBe(kid)
  expect(await look(next)).toMatchObject({ active: true })
})

it('keeps tokens of a key that was rotated alive', async () => {
  const { server, client, look } = await started()
  await server.token(client)
  await server.adminOk('POST', '/signing-keys', {})
  server.clock.now = NOON + 24 * 3600 + 299
  const token = await server.token(client)
  server.clock.now += 1
  const next = await server.token(client)
  expect(decodeProtectedHeader(next).kid).not.toBe(decodeProtectedHeader(token).kid)
  expect(await look(token)).toMatchObject({ active: true })
  expect(await look(next)).toMatchObject({ active: true })
})

it('keeps tokens alive when the secret that got them is deleted or expires', async () => {
  const { server, client, look } = await started()
  const token = await server.token(client)
  const { secrets } = client.body as { secrets: { secret_id: string }[] }
  await server.adminOk('DELETE', `/clients/${client.id}/secrets/${secrets[0]?.secret_id}`)
  expect(await look(token)).toMatchObject({ active: true })
})
