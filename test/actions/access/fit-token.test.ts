import { describe, expect, it } from 'vitest'
import { type Given, requireFitting } from '../../../src/actions/access/fit-token.ts'
import { changeAccess } from '../../../src/actions/clients/change-access.ts'
import { createRole } from '../../../src/actions/access/create-role.ts'
import { duplicateClient } from '../../../src/actions/clients/duplicate-client.ts'
import { createClient } from '../../../src/actions/clients/create-client.ts'
import type { Role } from '../../../src/domain/api.ts'
import type { Permission } from '../../../src/domain/permission.ts'
import { longestToken } from '../../../src/domain/token-size.ts'
import { aClient, ISSUER, NOW } from '../../domain/arbitraries.ts'
import { CLIENT_ID, REQUEST, serverWith } from '../one-client.ts'

/** APIs with audiences of 460 characters: of forty a token has 25,266 characters. */
const MANY: Permission[] = Array.from({ length: 40 }, (_, i) => ({
  audience: `https://api-${i}.example/`.padEnd(460, 'x'),
  permission: 'read',
}))
const FITTING = MANY.slice(0, 10)

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
  permissions: MANY,
  roles: [aRole('few', FITTING), aRole('more', MANY.slice(10, 20))],
}
const INPUT = { name: 'Nightly export', roles: [], permissions: [] }
const CHANGE = { roles: [], permissions: [], applyToIssuedTokens: false }

/** As long as an id that the server makes. */
const NEW_ID = 'client_'.padEnd(29, 'x')

const TERMS = { issuer: ISSUER, statusListBase: null }
const of = (access: Permission[], clientId: string) => longestToken({ clientId, access }, TERMS)

const tooLong = (field: string, access: Permission[], clientId = NEW_ID) => ({
  code: 'invalid_fields',
  message: 'The access does not fit into one token.',
  extras: {
    fields: [
      {
        field,
        detail: `does not fit: a token for all of this would have ${of(access, clientId)} characters, but at most 8192 are allowed`,
      },
    ],
  },
})

describe('access that does not fit into one token', () => {
  it('is refused to a new client, by the first that does not fit, in whatever way it is given', async () => {
    const { deps, commits } = serverWith(FIXTURE)
    const ask = (given: { roles?: string[]; permissions?: Permission[] }) =>
      createClient(deps, REQUEST, { ...INPUT, ...given })
    await expect(ask({ permissions: MANY })).rejects.toMatchObject(tooLong('permissions.11', MANY))
    const both = { permissions: MANY.slice(0, 10), roles: ['few', 'more'] }
    await expect(ask(both)).rejects.toMatchObject(tooLong('roles.1', MANY.slice(0, 20)))
    expect(commits).toEqual([])
    expect((await ask({ roles: ['few'], permissions: FITTING })).client.access).toEqual(FITTING)
  })

  it('is refused to a client that has less, and to a copy of one that has it', async () => {
    const client = aClient({ clientId: CLIENT_ID, permissions: FITTING, access: FITTING })
    const { deps, commits } = serverWith({ ...FIXTURE, client })
    const request = { ...REQUEST, clientId: CLIENT_ID }
    const more = changeAccess(deps, request, { ...CHANGE, permissions: MANY })
    await expect(more).rejects.toMatchObject(tooLong('permissions.11', MANY, CLIENT_ID))
    const copy = duplicateClient(deps, request, { permissions: MANY })
    await expect(copy).rejects.toMatchObject(tooLong('permissions.11', MANY))
    expect(commits).toEqual([])
  })

  it('is taken away bit by bit from who had it before there was a limit, and never becomes more', async () => {
    const client = aClient({ clientId: CLIENT_ID, permissions: MANY, access: MANY })
    const { deps } = serverWith({ ...FIXTURE, client })
    const request = { ...REQUEST, clientId: CLIENT_ID }
    const less = await changeAccess(deps, request, { ...CHANGE, permissions: MANY.slice(1) })
    expect(less.access).toEqual(MANY.slice(1))
    const added = { ...MANY[0], permission: 'write' } as Permission
    const more = serverWith({ ...FIXTURE, permissions: [...MANY, added], client }).deps
    await expect(
      changeAccess(more, request, { ...CHANGE, permissions: [...MANY, added] }),
    ).rejects.toMatchObject({ code: 'invalid_fields' })
  })

  it('is refused from one character beyond the most on, and never where it was so before', () => {
    const filled = (length: number): Permission[] => [
      { audience: 'https://api.example', permission: 'x'.repeat(length) },
    ]
    const size = Array.from({ length: 8192 }, (_, i) => i).find((i) => of(filled(i), '') === 8192)
    const [most, more] = [filled(size ?? 0), filled((size ?? 0) + 1)]
    const fit = (before: Permission[], given: Given[]) =>
      requireFitting(TERMS, { clientId: '', access: before }, given)
    const rest = { field: 'permissions.1', gives: filled(1) }
    expect(fit([], [{ field: 'permissions.0', gives: most }])).toBeUndefined()
    expect(() => fit([], [{ field: 'permissions.0', gives: more }, rest])).toThrow(
      expect.objectContaining(tooLong('permissions.0', [...more, ...filled(1)], '')),
    )
    expect(() => fit([], [{ field: 'permissions.0', gives: most }, rest])).toThrow(
      expect.objectContaining(tooLong('permissions.1', [...most, ...filled(1)], '')),
    )
    expect(fit(more, [{ field: 'permissions.0', gives: more }])).toBeUndefined()
  })

  it('is given to a role up to what leaves room for no client at all', async () => {
    const filled = (length: number) => [
      { audience: 'https://api.example', permission: 'x'.repeat(length) },
    ]
    const size = Array.from({ length: 8192 }, (_, i) => i).find((i) => of(filled(i), '') === 8192)
    const permissions = filled(size ?? 0)
    const { deps } = serverWith({ permissions })
    const role = await createRole(deps, REQUEST, { name: 'Full', permissions })
    expect(role.permissions).toEqual(permissions)
  })
})
