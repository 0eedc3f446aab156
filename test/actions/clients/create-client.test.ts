import { describe, expect, it } from 'vitest'
import { createClient } from '../../../src/actions/clients/create-client.ts'
import type { Role } from '../../../src/domain/api.ts'
import type { Principal } from '../../../src/domain/authority.ts'
import type { Permission } from '../../../src/domain/permission.ts'
import { endOfDay } from '../../../src/domain/time.ts'
import { ISSUER, NOW } from '../../domain/arbitraries.ts'
import { REQUEST, serverWith } from '../one-client.ts'

const API = 'https://api.example.com'
const on = (audience: string, permission: string): Permission => ({ audience, permission })
const [READ, WRITE, MANAGE] = [on(API, 'read'), on(API, 'write'), on(ISSUER, 'clients:manage')]
const NOBODYS = on(API, 'nothing')

const aRole = (roleId: string, permissions: Permission[]): Role => ({
  roleId,
  name: roleId,
  description: '',
  permissions,
  createdAt: NOW,
  updatedAt: NOW,
  version: 1,
})

const FIXTURE = {
  permissions: [READ, WRITE, MANAGE],
  roles: [aRole('reader', [READ, MANAGE]), aRole('writer', [WRITE])],
}
const INPUT = { name: 'Nightly export', roles: [], permissions: [] }
const MACHINE: Principal = { type: 'client', id: 'client_9', permissions: ['clients:manage'] }

const NO_LISTS = { tags: [], contacts: [] }
const UNBOUND = { requireDpop: false, bindToCertificate: false, boundSince: null }
const MADE = { createdAt: NOW, createdBy: 'bootstrap' }

const UNUSED_SECRET = { lastUsedAt: null, firstUsedAt: null, retireOthersIn: null, graceAt: null }
const UNUSED = { lastTokenAt: null, lastUsedAt: null }

describe('a new client', () => {
  it('has nothing but a name, a secret of 90 days, and the longest tokens, unless told otherwise', async () => {
    const { deps, writes, events } = serverWith()
    const { client, secretText } = await createClient(deps, REQUEST, INPUT)
    expect(client).toEqual({
      clientId: expect.stringMatching(/^client_[0-9A-Za-z]{22}$/),
      name: 'Nightly export',
      description: '',
      ...MADE,
      updatedAt: NOW,
      version: 1,
      suspension: null,
      generation: 0,
      tokensValidFrom: null,
      denylistVersion: 0,
      accessTokenLifetime: 43_200,
      allowSelfRotation: false,
      ...NO_LISTS,
      assertionAudience: 'issuer',
      profile: null,
      ...UNBOUND,
      jwksUri: null,
      federatedCredentials: [],
      ...UNUSED,
      secrets: [
        {
          secretId: expect.stringMatching(/^secret_[0-9A-Za-z]{16}$/),
          hint: secretText!.slice(-4),
          verifier: expect.objectContaining({ keyId: secretText!.slice(3, 15) }),
          label: '',
          ...MADE,
          expiresAt: endOfDay(NOW + 90 * 86_400),
          retiresAt: null,
          ...UNUSED_SECRET,
          remind: true,
          remindedAt: null,
          reminderError: null,
        },
      ],
      publicKeys: [],
      publishedKeys: null,
      certificates: [],
      roles: [],
      permissions: [],
      access: [],
      propagation: 'complete',
    })
    expect(await deps.verifiers.matches(secretText!, client.secrets[0]?.verifier ?? null)).toBe(
      true,
    )
    expect(writes()).toEqual([{ kind: 'client', before: null, after: client }])
    expect(events).toMatchObject([
      {
        action: 'client.created',
        actor: { type: 'bootstrap', id: 'bootstrap' },
        clientId: client.clientId,
        target: { type: 'client', id: client.clientId },
        requestId: 'request_1',
      },
    ])
  })

  it('is as it was asked for', async () => {
    const { deps } = serverWith()
    const wanted = { description: 'of invoices', accessTokenLifetime: 60 }
    const secret = { expiresOn: '2027-01-20', remind: false }
    const { client } = await createClient(deps, REQUEST, { ...INPUT, ...wanted, secret })
    expect(client).toMatchObject(wanted)
    const expiresAt = Date.parse('2027-01-20T23:59:59Z') / 1000
    expect(client.secrets).toMatchObject([{ expiresAt, remind: false }])
  })

  it('has no secret whose end is wrong: the field is named', async () => {
    const { deps, commits } = serverWith()
    const past = createClient(deps, REQUEST, { ...INPUT, secret: { expiresOn: '2020-01-01' } })
    const fields = [{ field: 'secret.expires_on', detail: 'must not be in the past (UTC)' }]
    await expect(past).rejects.toMatchObject({ code: 'invalid_fields', extras: { fields } })
    expect(commits).toEqual([])
  })
})

describe('the access of a new client', () => {
  it('is what its roles and its own permissions come to, each once', async () => {
    const { deps } = serverWith(FIXTURE)
    const given = { roles: ['reader', 'writer', 'reader'], permissions: [WRITE, READ, WRITE] }
    const { client } = await createClient(deps, REQUEST, { ...INPUT, ...given })
    expect(client.roles).toEqual(['reader', 'writer'])
    expect(client.permissions).toEqual([WRITE, READ])
    expect(client.access).toEqual([WRITE, READ, MANAGE])
  })

  it('names nothing that does not exist: each such field is told by its place', async () => {
    const { deps, commits } = serverWith(FIXTURE)
    const given = { roles: ['reader', 'none'], permissions: [NOBODYS, READ, NOBODYS] }
    await expect(createClient(deps, REQUEST, { ...INPUT, ...given })).rejects.toMatchObject({
      code: 'invalid_fields',
      message: 'The access names a permission or a role that does not exist.',
      extras: {
        fields: [
          { field: 'roles.1', detail: 'is not a role' },
          { field: 'permissions.0', detail: 'is not a permission of an API' },
          { field: 'permissions.2', detail: 'is not a permission of an API' },
        ],
      },
    })
    expect(commits).toEqual([])
  })

  it('is 500 permissions at most', async () => {
    const many = Array.from({ length: 501 }, (_, i) => on(API, `scope:${i}`))
    const [first, ...others] = many as [Permission, ...Permission[]]
    const { deps } = serverWith({ permissions: [first], roles: [aRole('all', others)] })
    const ask = (permissions: Permission[]) =>
      createClient(deps, REQUEST, { ...INPUT, roles: ['all'], permissions })
    expect((await ask([])).client.access).toHaveLength(500)
    const fields = [{ field: 'roles', detail: 'give more than 500 permissions together' }]
    await expect(ask([first])).rejects.toMatchObject({ code: 'invalid_fields', extras: { fields } })
  })

  it('has no power here where a machine gives it, be it by a role', async () => {
    const { deps, commits } = serverWith(FIXTURE)
    const byMachine = { ...REQUEST, principal: MACHINE }
    for (const given of [{ permissions: [MANAGE] }, { roles: ['reader'] }]) {
      const made = createClient(deps, byMachine, { ...INPUT, ...given })
      await expect(made).rejects.toMatchObject({ code: 'forbidden' })
    }
    expect(commits).toEqual([])
    const { client } = await createClient(deps, byMachine, { ...INPUT, permissions: [READ] })
    expect(client.createdBy).toBe('client_9')
  })
})
