import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { API, testServer } from '../support/server.ts'

it('gives a client a token that is active until the client is suspended, and again after', async () => {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const resourceServer = await server.client({ [API]: 'tokens:introspect' })
  const token = await server.token(client)
  expect(await server.introspect(token, resourceServer)).toMatchObject({
    active: true,
    scope: 'invoices:read',
    client_id: client.id,
    aud: API,
  })
  const suspended = await server.suspend(client, { reason: 'leaked' })
  expect(await suspended.json()).toMatchObject({ status: 'suspended', propagation: 'complete' })
  expect(await server.introspect(token, resourceServer)).toEqual({ active: false })
  expect((await server.tokenRequest(client)).status).toBe(401)
  expect(await env.DENYLIST.get(`client:${client.id}`, 'json')).toEqual({
    version: 1,
    suspended: true,
    generation: 0,
    revoked: [],
  })
  expect(await (await server.resume(client)).json()).toMatchObject({ status: 'available' })
  expect(await server.introspect(token, resourceServer)).toMatchObject({ active: true })
})
