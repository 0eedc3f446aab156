import { expect, it } from 'vitest'
import { changeOneRight, type OneRight } from '../../../src/actions/clients/change-one-right.ts'
import type { Client } from '../../../src/domain/client.ts'
import { aClient, ISSUER, READ } from '../../domain/arbitraries.ts'
import { memoryClients } from '../memory-clients.ts'
import { CLIENT_ID, REQUEST } from '../one-client.ts'

const OWN = 'role_own'
const WRITER = 'role_writer'
const WRITE = { ...READ, permission: 'invoices:write' }

function server(fields: Partial<Client>) {
  const memory = memoryClients({ clients: [aClient(fields)] })
  const apis = {
    ...memory.deps.apis,
    find: async (id: string) =>
      id === 'api_1' ? { audience: READ.audience, name: 'Billing' } : null,
  }
  const deps = { ...memory.deps, apis: apis as never }
  const change = (right: OneRight, isGiven: boolean) =>
    changeOneRight(
      deps,
      { ...REQUEST, clientId: CLIENT_ID },
      { right, isGiven, applyToIssuedTokens: false },
    )
  return { ...memory, change }
}

const rights = ({ roles, permissions }: Client) => [roles, permissions]
const permission = (name: string, apiId = 'api_1') => ({ apiId, permission: name })

it('one role or permission comes or goes, and the others stay', async () => {
  const held = { roles: [OWN], permissions: [READ] }
  const of = (fields = held) => server(fields)
  expect(rights(await of().change({ roleId: WRITER }, true))).toEqual([[OWN, WRITER], [READ]])
  expect(rights(await of().change({ roleId: OWN }, false))).toEqual([[], [READ]])
  expect(rights(await of().change(permission('invoices:write'), true))).toEqual([
    [OWN],
    [READ, WRITE],
  ])
  const both = { roles: [OWN, WRITER], permissions: [READ, WRITE] }
  expect(rights(await of(both).change({ roleId: OWN }, false))).toEqual([[WRITER], [READ, WRITE]])
  const less = await of(both).change(permission(READ.permission), false)
  expect(rights(less)).toEqual([[OWN, WRITER], [WRITE]])
})

it('one that is there, or is not, changes nothing', async () => {
  const permissions = [READ]
  const access = [READ, { audience: ISSUER, permission: 'clients:read' }]
  const { change, commits } = server({ roles: [OWN], permissions, access })
  expect((await change({ roleId: OWN }, true)).roles).toEqual([OWN])
  expect((await change({ roleId: WRITER }, false)).roles).toEqual([OWN])
  expect((await change(permission(READ.permission), true)).permissions).toEqual([READ])
  expect((await change(permission('other'), false)).permissions).toEqual([READ])
  expect(commits).toEqual([])
})

it('one role is one of fifty, and a refusal names it and not its place', async () => {
  const roles = Array.from({ length: 50 }, (_, i) => `role_${i}`)
  const invalid = (field: string, detail: string) => ({
    code: 'invalid_fields',
    extras: { fields: [{ field, detail }] },
  })
  await expect(server({ roles }).change({ roleId: WRITER }, true)).rejects.toMatchObject(
    invalid('role_id', 'is one too many: a client has at most 50 roles'),
  )
  // The fifty names are of no roles here: that they are none is told by the role that was asked for.
  await expect(
    server({ roles: roles.slice(1) }).change({ roleId: WRITER }, true),
  ).rejects.toMatchObject(invalid('role_id', 'is not a role'))
  const full = [...roles.slice(1), WRITER]
  await expect(server({ roles: full }).change({ roleId: WRITER }, true)).rejects.toMatchObject(
    invalid('role_id', 'is not a role'),
  )
  await expect(server({}).change({ roleId: 'none' }, true)).rejects.toMatchObject({
    message: 'There is no such role.',
  })
  await expect(server({}).change(permission('x', 'none'), true)).rejects.toMatchObject({
    message: 'There is no such API.',
  })
  const long = server({}).change(permission('x'.repeat(8192)), true)
  const detail = expect.stringMatching(/^does not fit/)
  await expect(long).rejects.toMatchObject(invalid('permission', detail))
})
