import { describe, expect, it } from 'vitest'
import {
  API,
  type Client,
  ISSUER,
  type Json,
  type TestServer,
  testServer,
} from '../../support/server.ts'

const OWN = { audience: ISSUER, permission: 'clients:read' }
const READ = { audience: API, permission: 'invoices:read' }

/** A manager that is a machine, others with and without power, and roles that hold them together. */
async function deployment() {
  const server = testServer()
  await server.api()
  const role = async (permissions: Json[]) =>
    (await server.adminOk('POST', '/roles', { name: 'Role', permissions }))['role_id'] as string
  const roles = {
    harmless: await role([READ]),
    ownOfManager: await role([READ]),
    ofPowerful: await role([READ]),
    withPower: await role([OWN]),
  }
  const manager = await server.client(
    { [ISSUER]: 'clients:manage' },
    { roles: [roles.ownOfManager] },
  )
  const powerful = await server.client({ [ISSUER]: 'audit:read' }, { roles: [roles.ofPowerful] })
  const byRole = await server.client({}, { roles: [roles.withPower] })
  const harmless = await server.client({ [API]: 'invoices:read' }, { roles: [roles.harmless] })
  const bearer = await server.token(manager, { resource: ISSUER })
  const { data } = await server.adminOk('GET', '/signing-keys')
  return { server, roles, manager, powerful, byRole, harmless, bearer, kid: data[0].kid as string }
}

type Deployment = Awaited<ReturnType<typeof deployment>>
type Attempt = [method: string, path: string, body?: unknown]

const LISTS = ['/clients', '/apis', '/roles', '/signing-keys', '/audit-events?limit=100']

async function everything(server: TestServer) {
  return Promise.all(LISTS.map((path) => server.adminOk('GET', path)))
}

async function expectRefused({ server, bearer }: Deployment, attempts: Attempt[]) {
  const before = await everything(server)
  for (const [method, path, body] of attempts) {
    const response = await server.admin(method, path, body, bearer)
    expect([method, path, body, response.status]).toEqual([method, path, body, 403])
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  }
  expect(await everything(server)).toEqual(before)
}

function changesOf({ id, body }: Client): Attempt[] {
  const path = `/clients/${id}`
  return [
    ['PATCH', path, { description: 'b' }],
    ['PATCH', path, {}],
    ['DELETE', path],
    ['PUT', `${path}/access`, { roles: [], permissions: [] }],
    ['PUT', `${path}/access`, { roles: [], permissions: [READ] }],
    ['PUT', `${path}/access`, { roles: [], permissions: [OWN] }],
    ['DELETE', `${path}/suspension`],
    ['DELETE', `${path}/tokens`],
    ['POST', `${path}/secrets`],
    ['POST', `${path}/secrets`, { retire_others_in: 0 }],
    ['DELETE', `${path}/secrets/${body['secrets'][0].secret_id}`],
    ['POST', `${path}/duplicates`],
  ]
}

describe('the token of a machine', () => {
  it('manages clients without power here', async () => {
    const { server, harmless, bearer } = await deployment()
    const [path, access] = [`/clients/${harmless.id}`, { roles: [], permissions: [READ] }]
    for (const [method, where, body] of [
      ['PATCH', path, { description: 'b' }],
      ['PUT', `${path}/access`, access],
      ['PUT', `${path}/suspension`, {}],
      ['DELETE', `${path}/suspension`],
      ['DELETE', `${path}/tokens`],
      ['POST', `${path}/secrets`],
      ['POST', `${path}/duplicates`],
      ['POST', '/clients', { client_name: 'a', permissions: [READ] }],
      ['DELETE', path],
    ] as Attempt[]) {
      expect((await server.admin(method, where, body, bearer)).ok).toBe(true)
    }
  })

  it('never changes its own client in any way', async () => {
    const all = await deployment()
    const suspension: Attempt = ['PUT', `/clients/${all.manager.id}/suspension`, {}]
    await expectRefused(all, [...changesOf(all.manager), suspension])
  })

  it('never changes another with power here, be it by a role', async () => {
    const all = await deployment()
    await expectRefused(all, [...changesOf(all.powerful), ...changesOf(all.byRole)])
  })

  it('may suspend one with power, which it cannot lift again', async () => {
    const all = await deployment()
    for (const client of [all.powerful, all.byRole]) {
      const path = `/clients/${client.id}/suspension`
      const response = await all.server.admin('PUT', path, { reason: 'leaked' }, all.bearer)
      expect([response.status, await response.json()]).toMatchObject([200, { status: 'suspended' }])
      await expectRefused(all, [['DELETE', path], ...changesOf(client)])
    }
  })

  it('never changes a role that it holds, that one with power holds, or that gives power', async () => {
    const all = await deployment()
    const { ownOfManager, ofPowerful, withPower } = all.roles
    await expectRefused(
      all,
      [ownOfManager, ofPowerful, withPower].flatMap((id): Attempt[] => [
        ['PATCH', `/roles/${id}`, { name: 'b' }],
        ['PATCH', `/roles/${id}`, { permissions: [] }],
        [
          'PATCH',
          `/roles/${id}`,
          { permissions: [READ, { ...READ, permission: 'invoices:write' }] },
        ],
        ['DELETE', `/roles/${id}`],
      ]),
    )
    const path = `/roles/${all.roles.harmless}`
    expect((await all.server.admin('PATCH', path, { name: 'b' }, all.bearer)).status).toBe(200)
  })

  it('never gives anyone power here', async () => {
    const all = await deployment()
    const { harmless, roles } = all
    const path = `/clients/${harmless.id}`
    const byRole = [roles.withPower]
    const attempts = ['clients:read', 'clients:manage', 'tokens:introspect', 'audit:read'].flatMap(
      (permission): Attempt[] => {
        const permissions = [READ, { audience: ISSUER, permission }]
        return [
          ['PUT', `${path}/access`, { roles: [], permissions }],
          ['POST', '/clients', { client_name: 'a', permissions }],
          ['POST', `${path}/duplicates`, { permissions }],
          ['POST', '/roles', { name: 'a', permissions }],
          ['PATCH', `/roles/${roles.harmless}`, { permissions }],
        ]
      },
    )
    await expectRefused(all, [
      ...attempts,
      ['PUT', `${path}/access`, { roles: byRole, permissions: [] }],
      ['POST', '/clients', { client_name: 'a', roles: byRole }],
      ['POST', `${path}/duplicates`, { roles: byRole }],
    ])
  })

  it('never touches signing keys', async () => {
    const all = await deployment()
    await expectRefused(all, [
      ['POST', '/signing-keys'],
      ['DELETE', `/signing-keys/${all.kid}`],
    ])
  })

  it('learns nothing of a client with power from the order of refusals: If-Match does not help', async () => {
    const all = await deployment()
    const response = await all.server.send(`/admin/v1/clients/${all.powerful.id}`, {
      method: 'DELETE',
      headers: { Authorization: `Bearer ${all.bearer}`, 'If-Match': '"99"' },
    })
    expect(response.status).toBe(403)
  })
})
