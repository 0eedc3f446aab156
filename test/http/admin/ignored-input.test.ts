import { expect, it } from 'vitest'
import { ADMIN_ROUTES } from '../../../src/http/admin/routes.ts'
import { API, type Json, type TestServer, testServer } from '../../support/server.ts'

function send(server: TestServer, method: string, path: string, body?: object) {
  return server.send(`/admin/v1${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}`,
      ...(body && { 'Content-Type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
}

/** The fields that a 400 names. */
async function wrongFields(answer: Response): Promise<string[]> {
  expect(answer.status).toBe(400)
  const { errors } = await answer.json<Json>()
  return (errors as Json[]).map(({ field }) => String(field))
}

const CHANGES = ADMIN_ROUTES.filter(({ method }) => method !== 'GET').map(({ method, path }) => ({
  method,
  path: path.replaceAll(/:\w+/g, 'x'),
}))

it.each(CHANGES)(
  '$method $path refuses a query that it does not know',
  async ({ method, path }) => {
    const answer = await send(testServer(), method, `${path}?dry_run=true`)
    expect(await wrongFields(answer)).toEqual(['dry_run'])
  },
)

it.each(CHANGES.filter(({ method }) => method === 'DELETE'))(
  '$method $path refuses a body',
  async ({ method, path }) => {
    const answer = await send(testServer(), method, path, { reason: 'a leak' })
    expect(await wrongFields(answer)).toEqual(['reason'])
  },
)

it('INV-1: tokens that are to be cut off are not left alone by a word in the wrong place', async () => {
  const server = testServer()
  const { api_id: api } = await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const ONE = `/clients/${client.id}/permissions/${String(api)}/invoices:read`
  const cut = { apply_to_issued_tokens: true }
  const wrong = [
    send(server, 'DELETE', ONE, cut),
    send(server, 'PUT', `${ONE}?apply_to_issued_tokens=true`),
    send(server, 'PUT', `/clients/${client.id}/access?apply_to_issued_tokens=true`, {}),
  ]
  for (const answer of wrong) {
    expect(await wrongFields(await answer)).toEqual(['apply_to_issued_tokens'])
  }
  expect(await server.adminOk('GET', `/clients/${client.id}`)).toMatchObject({
    permissions: [{ permission: 'invoices:read' }],
  })
  expect((await send(server, 'DELETE', `${ONE}?apply_to_issued_tokens=true`)).status).toBe(200)
})
