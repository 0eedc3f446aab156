import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { signIn } from '../support/console.ts'
import { ISSUER, type Json, type TestServer } from '../support/server.ts'
import { errorOf, deployment } from './deployment.ts'
import { everythingStored } from './storage.ts'

/** Fields in which other servers have believed a body about who is calling. */
const WHO = {
  actor: { type: 'bootstrap', id: 'bootstrap' },
  created_by: 'bootstrap',
  user_id: 'admin',
  userId: 'admin',
  client_id: 'client_of_mine',
  administrator_id: 'admin',
  principal: 'bootstrap',
  permissions_override: true,
  enabled: true,
  client_secret: 'pc_chosen',
  status: 'available',
}

const CREATIONS: [path: string, body: Json][] = [
  ['/clients', { client_name: 'New' }],
  ['/apis', { audience: 'https://new.example', name: 'New', permissions: [] }],
  ['/roles', { name: 'New', permissions: [] }],
  ['/administrators', { email: 'new@example.com', access: 'view' }],
]

it('CVE-2025-61928: no field of a body says who is calling, or whose what is made will be', async () => {
  const { issuer, server, client, powerful } = await deployment()
  const before = await everythingStored()
  for (const [path, body] of CREATIONS) {
    for (const [field, value] of Object.entries(WHO)) {
      for (const bearer of ['', 'wrong', undefined]) {
        const response = await server.admin('POST', path, { ...body, [field]: value }, bearer)
        const expected = bearer === undefined ? 400 : 401
        expect([path, field, response.status]).toEqual([path, field, expected])
      }
    }
  }
  expect(await everythingStored()).toEqual(before)
  const bearer = await server.token(powerful, { resource: issuer })
  const made = await server.adminOk('POST', '/clients', { client_name: 'New' }, bearer)
  expect(made['created_by']).toContain(powerful.id)
  // At the token endpoint too: the body names another client, or a field that is ignored.
  const grant = { grant_type: 'client_credentials' }
  const other = await server.form('/oauth/token', { ...grant, client_id: powerful.id }, client)
  expect(await errorOf(other)).toEqual([400, 'invalid_request'])
  const claims = { sub: powerful.id, username: powerful.id, act: powerful.id, scope: '' }
  const token = await server.token(client, claims)
  expect(JSON.parse(atob(token.split('.')[1] ?? ''))).toMatchObject({ sub: client.id })
})

it('CVE-2025-61928: nor does a field of a form of the console', async () => {
  const { server, client } = await deployment({ issuer: ISSUER })
  const visitor = await signIn(server)
  const fields = { actor: 'somebody', administrator_id: 'somebody', user_id: 'somebody' }
  const path = `/clients/${client.id}/suspension`
  expect((await visitor.post(path, { ...fields, client_id: 'other' })).status).toBe(303)
  const { data } = await server.adminOk('GET', '/audit-events?action=client.suspended')
  expect(data).toHaveLength(1)
  expect(data[0]).toMatchObject({
    client_id: client.id,
    actor: { type: 'bootstrap', id: 'bootstrap' },
  })
})

/** Ways for a machine to make somebody powerful by making something new. */
function escalations(issuer: string, powerfulRole: string, client: string): [string, Json][] {
  const own = { audience: issuer, permission: 'clients:manage' }
  return [
    ['/clients', { client_name: 'New', permissions: [own] }],
    ['/clients', { client_name: 'New', roles: [powerfulRole] }],
    [`/clients/${client}/duplicates`, { permissions: [own] }],
    [`/clients/${client}/duplicates`, { roles: [powerfulRole] }],
    ['/roles', { name: 'New', permissions: [own] }],
    ['/administrators', { email: 'new@example.com', access: 'manage' }],
    ['/signing-keys', {}],
  ]
}

it('CVE-2026-41427: what guards a change guards a creation too', async () => {
  const { issuer, server, client, powerful } = await deployment()
  const own = { audience: issuer, permission: 'clients:manage' }
  const { role_id } = await server.adminOk('POST', '/roles', { name: 'a', permissions: [own] })
  const bearer = await server.token(powerful, { resource: issuer })
  const before = await everythingStored()
  for (const [path, body] of [
    ...escalations(issuer, String(role_id), client.id),
    [`/clients/${powerful.id}/duplicates`, {}] as const,
  ]) {
    const { status } = await server.admin('POST', path, body, bearer)
    expect([path, body, status]).toEqual([path, body, 403])
  }
  expect(await everythingStored()).toEqual(before)
})

it('CVE-2026-41427: each creation leaves its event, by whichever way it is made', async () => {
  const { server, client, powerful } = await deployment({ issuer: ISSUER })
  const bearer = await server.token(powerful, { resource: ISSUER })
  const visitor = await signIn(server)
  const tomorrow = new Date((server.clock.now + 86_400) * 1000).toISOString().slice(0, 10)
  const ends = { expires_on: tomorrow }
  const ways: [action: string, make: () => Promise<Response>][] = [
    ['client.created', () => server.admin('POST', '/clients', { client_name: 'a' }, bearer)],
    ['client.created', () => server.admin('POST', `/clients/${client.id}/duplicates`, {})],
    ['client.created', () => visitor.post('/clients', { client_name: 'a', ...ends })],
    ['secret.created', () => server.admin('POST', `/clients/${client.id}/secrets`, {})],
    [
      'secret.created',
      async () => visitor.post(`/clients/${client.id}/secrets`, await seen(server, client.id)),
    ],
    ['api.created', () => server.admin('POST', '/apis', CREATIONS[1]?.[1])],
    ['role.created', () => server.admin('POST', '/roles', CREATIONS[2]?.[1])],
    ['administrator.created', () => server.admin('POST', '/administrators', CREATIONS[3]?.[1])],
    ['signing_key.created', () => server.admin('POST', '/signing-keys', {})],
  ]
  const seen = async (at: TestServer, id: string) => {
    const etag = (await at.admin('GET', `/clients/${id}`)).headers.get('etag') ?? ''
    return { version: etag.replaceAll('"', ''), ...ends }
  }
  for (const [action, make] of ways) {
    const count = async () =>
      (await server.adminOk('GET', `/audit-events?action=${action}&limit=100`))['data'].length
    const before = await count()
    const { status } = await make()
    expect([action, status < 400, (await count()) - before]).toEqual([action, true, 1])
  }
})

it('trusts no cookie, query or header of a proxy in place of the credential', async () => {
  const { server } = await deployment()
  const names = [
    'X-Forwarded-User X-Remote-User X-Auth-Request-Email X-User X-Client-Id',
    'Cf-Access-Authenticated-User-Email Cf-Access-Client-Id X-SSL-Client-Verify',
    'X-Original-URL X-Rewrite-URL X-HTTP-Method-Override X-API-Key Forwarded',
  ].flatMap((line) => line.split(' '))
  const bootstrap = env.BOOTSTRAP_TOKEN ?? ''
  for (const name of names) {
    for (const value of ['bootstrap', bootstrap, `Bearer ${bootstrap}`, '/health']) {
      const headers = { [name]: value }
      expect((await server.send('/admin/v1/clients', { headers })).status).toBe(401)
      const page = await server.send('/console/clients', { headers, redirect: 'manual' })
      expect(page.status).toBe(303)
    }
  }
  const query = `?access_token=${bootstrap}&token=${bootstrap}`
  expect((await server.send(`/admin/v1/clients${query}`)).status).toBe(401)
})
