import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { ADMIN_ROUTES } from '../../../src/http/admin/routes.ts'
import { API, ISSUER, type TestServer, testServer } from '../../support/server.ts'

const READERS = ['reader', 'manager', 'bootstrap']
const MANAGERS = ['manager', 'bootstrap']
const AUDITORS = ['auditor', 'bootstrap']
const PEOPLE = ['bootstrap']

/** The callers that each route admits, written down here once more: a missing route fails. */
const MAY: Record<string, string[]> = {
  'GET /clients': READERS,
  'POST /clients': MANAGERS,
  'POST /clients/bulk': MANAGERS,
  'GET /clients/:client_id': READERS,
  'PATCH /clients/:client_id': MANAGERS,
  'DELETE /clients/:client_id': MANAGERS,
  'PUT /clients/:client_id/access': MANAGERS,
  'PUT /clients/:client_id/permissions/:api_id/:permission': MANAGERS,
  'DELETE /clients/:client_id/permissions/:api_id/:permission': MANAGERS,
  'PUT /clients/:client_id/roles/:role_id': MANAGERS,
  'DELETE /clients/:client_id/roles/:role_id': MANAGERS,
  'PUT /clients/:client_id/suspension': MANAGERS,
  'DELETE /clients/:client_id/suspension': MANAGERS,
  'DELETE /clients/:client_id/tokens': MANAGERS,
  'POST /clients/:client_id/duplicates': MANAGERS,
  'GET /clients/:client_id/secrets': READERS,
  'POST /clients/:client_id/secrets': MANAGERS,
  'GET /clients/:client_id/secrets/:secret_id': READERS,
  'PATCH /clients/:client_id/secrets/:secret_id': MANAGERS,
  'DELETE /clients/:client_id/secrets/:secret_id': MANAGERS,
  'GET /clients/:client_id/keys': READERS,
  'POST /clients/:client_id/keys': MANAGERS,
  'GET /clients/:client_id/keys/:key_id': READERS,
  'DELETE /clients/:client_id/keys/:key_id': MANAGERS,
  'GET /clients/:client_id/federated-credentials': READERS,
  'POST /clients/:client_id/federated-credentials': MANAGERS,
  'GET /clients/:client_id/federated-credentials/:credential_id': READERS,
  'DELETE /clients/:client_id/federated-credentials/:credential_id': MANAGERS,
  'GET /issuers': READERS,
  'POST /issuers': PEOPLE,
  'GET /issuers/:issuer_id': READERS,
  'PATCH /issuers/:issuer_id': PEOPLE,
  'DELETE /issuers/:issuer_id': PEOPLE,
  'POST /federation/diagnoses': READERS,
  'GET /clients/:client_id/certificates': READERS,
  'POST /clients/:client_id/certificates': MANAGERS,
  'GET /clients/:client_id/certificates/:certificate_id': READERS,
  'DELETE /clients/:client_id/certificates/:certificate_id': MANAGERS,
  'GET /apis': READERS,
  'POST /apis': MANAGERS,
  'GET /apis/:api_id': READERS,
  'PATCH /apis/:api_id': MANAGERS,
  'DELETE /apis/:api_id': MANAGERS,
  'PUT /apis/:api_id/permissions/:permission': MANAGERS,
  'DELETE /apis/:api_id/permissions/:permission': MANAGERS,
  'GET /roles': READERS,
  'POST /roles': MANAGERS,
  'GET /roles/:role_id': READERS,
  'PATCH /roles/:role_id': MANAGERS,
  'DELETE /roles/:role_id': MANAGERS,
  'PUT /roles/:role_id/permissions/:api_id/:permission': MANAGERS,
  'DELETE /roles/:role_id/permissions/:api_id/:permission': MANAGERS,
  'GET /signing-keys': READERS,
  'POST /signing-keys': PEOPLE,
  'DELETE /signing-keys/:kid': PEOPLE,
  'GET /audit-events': AUDITORS,
  'GET /audit-events/verification': AUDITORS,
  'GET /audit-events/checkpoint': AUDITORS,
  'GET /audit-events/consistency': AUDITORS,
  'GET /audit-events/proofs': AUDITORS,
  'POST /audit-events/verification': PEOPLE,
  'GET /administrators': READERS,
  'POST /administrators': PEOPLE,
  'GET /administrators/:administrator_id': READERS,
  'PATCH /administrators/:administrator_id': PEOPLE,
  'DELETE /administrators/:administrator_id': PEOPLE,
  'POST /reminders/test': PEOPLE,
  'GET /events-webhook': READERS,
  'POST /events-webhook/test': PEOPLE,
  'POST /events-webhook/resend': PEOPLE,
  'POST /credential-lookups': READERS,
  'POST /client-imports': PEOPLE,
  'POST /incidents': MANAGERS,
  'GET /incidents/:incident_id': READERS,
}

/** An Authorization header for each kind of caller. */
async function callers(server: TestServer): Promise<Record<string, string | undefined>> {
  const names = 'clients:read clients:manage audit:read tokens:introspect'
  await server.api(API, names.replace(' tokens:introspect', ''))
  const bearer = async (scopes: Record<string, string>, fields: Record<string, string> = {}) =>
    `Bearer ${await server.token(await server.client(scopes), fields)}`
  const bootstrap = env.BOOTSTRAP_TOKEN ?? ''
  const revoked = await server.client({ [ISSUER]: 'clients:manage' })
  const token = await server.token(revoked)
  await server.form('/oauth/revoke', { token }, revoked)
  return {
    nobody: undefined,
    garbage: 'Bearer garbage',
    'the bootstrap token under Basic': `Basic ${bootstrap}`,
    'the bootstrap token without a scheme': bootstrap,
    'half the bootstrap token': `Bearer ${bootstrap.slice(0, -1)}`,
    'another audience': await bearer({ [API]: names }),
    'a revoked token': `Bearer ${token}`,
    reader: await bearer({ [ISSUER]: 'clients:read' }),
    manager: await bearer({ [ISSUER]: 'clients:manage' }),
    auditor: await bearer({ [ISSUER]: 'audit:read' }),
    introspector: await bearer({ [ISSUER]: 'tokens:introspect' }),
    'a manager that asked for less': await bearer(
      { [ISSUER]: 'clients:manage tokens:introspect' },
      { scope: 'tokens:introspect' },
    ),
    bootstrap: `Bearer ${bootstrap}`,
  }
}

const WITHOUT_TOKEN = /^(nobody|garbage|.*bootstrap token.*|another audience|a revoked token)$/

it('lets each caller do what its token says, on every route and on no other', async () => {
  const server = testServer()
  const headers = await callers(server)
  for (const [n, { method, path }] of ADMIN_ROUTES.entries()) {
    const may = MAY[`${method} ${path}`]
    if (!may) throw new Error(`who may ${method} ${path}?`)
    for (const [caller, authorization] of Object.entries(headers)) {
      const { status } = await server.send(`/admin/v1${path.replace(/:\w+/g, 'none')}`, {
        method,
        headers: {
          ...(authorization === undefined ? {} : { Authorization: authorization }),
          // Guesses are counted by address.
          'CF-Connecting-IP': `192.0.2.${n}`,
        },
      })
      const allowed = may.includes(caller)
      const said = [401, 403].includes(status) ? status : 'allowed'
      const expected = WITHOUT_TOKEN.test(caller) ? 401 : allowed ? 'allowed' : 403
      expect([method, path, caller, said]).toEqual([method, path, caller, expected])
    }
  }
  expect(Object.keys(MAY)).toHaveLength(ADMIN_ROUTES.length)
})

it('looks at what the client may do now, not at what it might when the token was issued', async () => {
  const server = testServer()
  const manager = await server.client({ [ISSUER]: 'clients:manage' })
  const token = await server.token(manager)
  const permissions = [{ audience: ISSUER, permission: 'clients:read' }]
  const weaker = { roles: [], permissions }
  await server.adminOk('PUT', `/clients/${manager.id}/access`, weaker)
  expect((await server.admin('GET', '/clients', undefined, token)).status).toBe(401)
  const both = {
    roles: [],
    permissions: [...permissions, { ...permissions[0], permission: 'clients:manage' }],
  }
  await server.adminOk('PUT', `/clients/${manager.id}/access`, both)
  expect((await server.admin('GET', '/clients', undefined, token)).status).toBe(200)
})
