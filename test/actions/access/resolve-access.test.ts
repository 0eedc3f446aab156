import { describe, expect, it } from 'vitest'
import { resolveAccess } from '../../../src/actions/access/resolve-access.ts'
import type { Role } from '../../../src/domain/api.ts'
import type { Permission } from '../../../src/domain/permission.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { serverWith } from '../one-client.ts'

const on = (permission: string): Permission => ({ audience: 'https://api.example', permission })
const many = (count: number, from = 0) => Array.from({ length: count }, (_, i) => on(`${from + i}`))
const aRole = (roleId: string, permissions: Permission[]): Role => ({
  roleId,
  name: roleId,
  description: '',
  permissions,
  createdAt: NOW,
  updatedAt: NOW,
  version: 1,
})
const NOBODY = { clientId: 'client_1', access: [] }

describe('the access of a client', () => {
  it('is that of its roles and its own, once each', async () => {
    const roles = [aRole('role_a', [on('a'), on('b')]), aRole('role_b', [on('b'), on('c')])]
    const { deps } = serverWith({ roles, permissions: [on('a'), on('d')] })
    const input = {
      roles: ['role_b', 'role_a', 'role_b'],
      permissions: [on('d'), on('a'), on('d')],
    }
    expect(await resolveAccess(deps, input, NOBODY)).toEqual({
      roles: ['role_b', 'role_a'],
      permissions: [on('d'), on('a')],
      access: [on('d'), on('a'), on('b'), on('c')],
    })
  })

  it('names nothing that does not exist; each place is told', async () => {
    const { deps } = serverWith({ roles: [aRole('role_a', [])], permissions: [on('a')] })
    const input = {
      roles: ['role_x', 'role_a', 'role_y'],
      permissions: [on('a'), on('z')],
    }
    await expect(resolveAccess(deps, input, NOBODY)).rejects.toMatchObject({
      code: 'invalid_fields',
      message: 'The access names a permission or a role that does not exist.',
      extras: {
        fields: [
          { field: 'roles.0', detail: 'is not a role' },
          { field: 'roles.2', detail: 'is not a role' },
          { field: 'permissions.1', detail: 'is not a permission of an API' },
        ],
      },
    })
  })

  it('has 500 permissions at most, or as many as the client had before there was a limit', async () => {
    const [some, more] = [many(300), many(200, 300)]
    const { deps } = serverWith({
      roles: [aRole('role_a', more), aRole('role_b', [...more, on('500')])],
      permissions: some,
    })
    const give = (role: string, held: Permission[]) =>
      resolveAccess(
        deps,
        { roles: [role], permissions: some },
        { clientId: 'client_1', access: held },
      )
    expect((await give('role_a', [])).access).toHaveLength(500)
    expect((await give('role_b', many(501))).access).toHaveLength(501)
    await expect(give('role_b', many(500))).rejects.toMatchObject({
      code: 'invalid_fields',
      message: 'The request has a field that is not valid.',
      extras: {
        fields: [{ field: 'roles', detail: 'give more than 500 permissions together' }],
      },
    })
  })
})
