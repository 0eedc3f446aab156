import { describe, expect, it } from 'vitest'
import {
  deleteRole,
  findRole,
  type RoleRequest,
  updateRole,
} from '../../../src/actions/access/change-role.ts'
import { NO_ONE_TO_ASK } from '../../../src/actions/changes/commit-change.ts'
import { createRole, type NewRole } from '../../../src/actions/access/create-role.ts'
import type { Role } from '../../../src/domain/api.ts'
import type { Principal } from '../../../src/domain/authority.ts'
import type { Permission } from '../../../src/domain/permission.ts'
import { weightMax } from '../../../src/domain/token-size.ts'
import { ISSUER, NOW, READ } from '../../domain/arbitraries.ts'
import { memoryLedger } from '../memory.ts'

const BOOTSTRAP: Principal = { type: 'bootstrap', id: 'bootstrap' }
const MACHINE: Principal = { type: 'client', id: 'client_9', permissions: ['clients:manage'] }
const WRITE = { ...READ, permission: 'invoices:write' }
const UNKNOWN = { ...READ, permission: 'unknown' }
const OWN = { audience: ISSUER, permission: 'clients:read' }
const NOBODY = { any: false, byItself: false, byPowerful: false }

const aRole = (fields: Partial<Role> = {}): Role => ({
  roleId: 'role_1',
  name: 'Writer',
  description: 'Writes',
  permissions: [WRITE, READ],
  createdAt: NOW - 60,
  updatedAt: NOW - 60,
  version: 3,
  ...fields,
})

const NO_ROLE = { first: [], count: 0, isMore: false }
const HELD_BY_A = {
  clients: { first: [{ id: 'client_a', name: 'A' }], count: 1, isMore: false },
  roles: NO_ROLE,
}

/** A server that has one role, which these hold. */
function aServer({
  role = aRole(),
  held = NOBODY,
  overfull = null as { clientId: string; name: string } | null,
} = {}) {
  const ledger = memoryLedger()
  const asked: unknown[] = []
  const measured: unknown[] = []
  const deps = {
    ...ledger.deps,
    issuer: ISSUER,
    roles: {
      find: async (id: string) => (id === role.roleId ? role : null),
      findMany: async () => [role],
      list: async () => ({ items: [role], next: null }),
      holders: async (...of: string[]) => {
        asked.push(of)
        return held
      },
      inUse: async () => HELD_BY_A,
      overfullHolder: async (...of: unknown[]) => {
        measured.push(of)
        return overfull
      },
    },
    apis: {
      find: async () => null,
      list: async () => ({ items: [], next: null }),
      findByAudiences: async () => [],
      holders: async () => NOBODY,
      inUse: async () => HELD_BY_A,
      permissionsInUse: async () => [],
      overfullHolder: async () => null,
      unknown: async (given: Permission[]) =>
        given.filter(({ permission }) => permission === 'unknown'),
    },
  }
  return { ...ledger, deps, asked, measured }
}

const by = (principal: Principal, fields: Partial<RoleRequest> = {}): RoleRequest => ({
  ...NO_ONE_TO_ASK,
  principal,
  requestId: 'request_1',
  roleId: 'role_1',
  ...fields,
})
const REQUEST = by(BOOTSTRAP)
const EVENT = {
  actor: BOOTSTRAP,
  clientId: null,
  target: { type: 'role', id: 'role_1' },
  requestId: 'request_1',
}
const FORBIDDEN = { code: 'forbidden' }
const NOT_FOUND = { code: 'not_found', message: 'There is no such role.' }
const UNKNOWN_NAMED = {
  code: 'invalid_fields',
  message: 'The role names a permission that does not exist.',
  extras: { fields: [{ field: 'permissions.1', detail: 'is not a permission of an API' }] },
}

describe('a new role', () => {
  const input: NewRole = { name: 'Reader', permissions: [READ, READ] }

  it('has what was asked for, once each, and no description where none was sent', async () => {
    const { deps, commits, events } = aServer()
    const role = await createRole(deps, REQUEST, input)
    expect(role).toEqual({
      roleId: expect.stringMatching(/^role_[0-9A-Za-z]{16}$/),
      name: 'Reader',
      description: '',
      permissions: [READ],
      createdAt: NOW,
      updatedAt: NOW,
      version: 1,
    })
    expect(commits[0]?.writes).toEqual([{ kind: 'role', before: null, after: role }])
    const target = { type: 'role', id: role.roleId }
    expect(events).toMatchObject([{ ...EVENT, action: 'role.created', target }])
    const described = await createRole(deps, REQUEST, { ...input, description: 'Reads' })
    expect(described.description).toBe('Reads')
  })

  it('is refused with a permission that does not exist, which is named by its place', async () => {
    const permissions = [READ, UNKNOWN]
    const { deps, commits } = aServer()
    await expect(createRole(deps, REQUEST, { ...input, permissions })).rejects.toMatchObject(
      UNKNOWN_NAMED,
    )
    expect(commits).toEqual([])
  })

  it('is refused where not even its own permissions fit into one token', async () => {
    const permissions = Array.from({ length: 80 }, (_, i) => ({
      audience: READ.audience,
      permission: `${i}`.padEnd(100, 'x'),
    }))
    const { deps, commits } = aServer()
    const detail = expect.stringMatching(/^does not fit: .* 8192 are allowed$/)
    await expect(createRole(deps, REQUEST, { ...input, permissions })).rejects.toMatchObject({
      code: 'invalid_fields',
      extras: { fields: [{ field: 'permissions.54', detail }] },
    })
    expect(commits).toEqual([])
  })

  it('of a machine gives no power here', async () => {
    const { deps } = aServer()
    const permissions = [READ, OWN]
    await expect(createRole(deps, by(MACHINE), { ...input, permissions })).rejects.toMatchObject(
      FORBIDDEN,
    )
    expect(await createRole(deps, by(MACHINE), input)).toMatchObject({ permissions: [READ] })
  })
})

describe('a change of a role', () => {
  it('is written with what it was; what was not sent stays', async () => {
    const { deps, commits, events } = aServer()
    const after = await updateRole(deps, REQUEST, { description: '', permissions: [READ] })
    expect(after).toEqual(
      aRole({ description: '', permissions: [READ], version: 4, updatedAt: NOW }),
    )
    expect(commits[0]?.writes).toEqual([{ kind: 'role', before: aRole(), after }])
    expect(events).toMatchObject([{ ...EVENT, action: 'role.updated' }])
    expect(events[0]?.changes).toEqual({
      description: { from: 'Writes', to: '' },
      permissions: { from: [READ, WRITE], to: [READ] },
    })
    const renamed = await updateRole(deps, REQUEST, { name: 'Other' })
    expect(renamed).toMatchObject({ name: 'Other', description: 'Writes' })
    expect(renamed.permissions).toEqual([WRITE, READ])
    expect(events[1]?.changes).toEqual({ name: { from: 'Writer', to: 'Other' } })
  })

  it('is none where the same was sent in another order', async () => {
    const { deps, commits, settled } = aServer()
    const same = { name: 'Writer', description: 'Writes', permissions: [READ, WRITE] }
    expect(await updateRole(deps, REQUEST, same)).toEqual(aRole())
    expect(commits).toEqual([])
    // An earlier request may have made the change, and its answer may have been lost.
    expect(settled).toEqual(['everybody'])
  })

  it('is refused where there is no such role, it has changed, or a permission does not exist', async () => {
    const { deps } = aServer()
    const unknown = by(BOOTSTRAP, { roleId: 'role_2' })
    await expect(updateRole(deps, unknown, {})).rejects.toMatchObject(NOT_FOUND)
    await expect(findRole(deps, 'role_2')).rejects.toMatchObject(NOT_FOUND)
    const stale = by(BOOTSTRAP, { expectedVersions: [2] })
    await expect(updateRole(deps, stale, {})).rejects.toMatchObject({ code: 'stale' })
    const permissions = [READ, UNKNOWN]
    await expect(updateRole(deps, REQUEST, { permissions })).rejects.toMatchObject(UNKNOWN_NAMED)
  })

  it('to texts with invisible characters, or a name of nothing else, is refused by its fields', async () => {
    const { deps, commits } = aServer()
    const hidden = 'must have no invisible character: U+00AD is one'
    const refusal = (field: string, detail: string) => ({
      code: 'invalid_fields',
      message: 'A field is not valid.',
      extras: { fields: [{ field, detail }] },
    })
    for (const [input, field, detail] of [
      [{ name: 'Wri\u00adter' }, 'name', hidden],
      [{ name: '\u0301' }, 'name', 'must have a visible character'],
      [{ description: 'Wri\u00adtes' }, 'description', hidden],
    ] as const) {
      const changed = updateRole(deps, REQUEST, input)
      await expect(changed).rejects.toMatchObject(refusal(field, detail))
    }
    expect(commits).toEqual([])
    expect(await updateRole(deps, REQUEST, { description: '\u0301' })).toBeDefined()
  })

  it('with which a token of a holder would not fit is refused, and the holder is named', async () => {
    const overfull = { clientId: 'client_1', name: 'Nightly export' }
    const { deps, commits } = aServer({ role: aRole({ permissions: [READ] }), overfull })
    const message = expect.stringContaining('“Nightly export” (client_1) would have more than 8192')
    await expect(updateRole(deps, REQUEST, { permissions: [READ, WRITE] })).rejects.toMatchObject({
      code: 'conflict',
      message,
    })
    expect(commits).toEqual([])
  })

  it('has the holders looked at only where it gives more than before', async () => {
    const { deps, measured } = aServer({ role: aRole({ permissions: [READ, WRITE] }) })
    for (const permissions of [[WRITE], [], [WRITE, READ]]) {
      await updateRole(deps, REQUEST, { permissions, name: 'Other' })
    }
    await updateRole(deps, REQUEST, { name: 'Another' })
    expect(measured).toEqual([])
    const other = { ...READ, permission: 'invoices:export' }
    await updateRole(deps, REQUEST, { permissions: [WRITE, other] })
    expect(measured).toEqual([
      ['role_1', [WRITE, other], weightMax({ issuer: ISSUER, statusListBase: null })],
    ])
  })

  it('by a machine is refused where it gives power here, or changes who has some', async () => {
    const rename = { name: 'Other' }
    const given = aServer().deps
    await expect(updateRole(given, by(MACHINE), { permissions: [OWN] })).rejects.toMatchObject(
      FORBIDDEN,
    )
    const powerful = aServer({ role: aRole({ permissions: [OWN] }) }).deps
    await expect(updateRole(powerful, by(MACHINE), rename)).rejects.toMatchObject(FORBIDDEN)
    for (const held of [
      { ...NOBODY, any: true, byItself: true },
      { ...NOBODY, any: true, byPowerful: true },
    ]) {
      const { deps } = aServer({ held })
      await expect(updateRole(deps, by(MACHINE), rename)).rejects.toMatchObject(FORBIDDEN)
      expect(await updateRole(deps, REQUEST, rename)).toMatchObject(rename)
    }
    const { deps, asked } = aServer({ held: { ...NOBODY, any: true } })
    expect(await updateRole(deps, by(MACHINE), rename)).toMatchObject(rename)
    expect(asked).toEqual([['role_1', 'client_9']])
  })
})

describe('a deletion of a role', () => {
  it('is written where nobody holds it', async () => {
    const { deps, commits, events } = aServer()
    await deleteRole(deps, REQUEST)
    expect(commits[0]?.writes).toEqual([{ kind: 'role', before: aRole(), after: null }])
    expect(events).toMatchObject([{ ...EVENT, action: 'role.deleted' }])
  })

  it('is refused where somebody does', async () => {
    const { deps, commits } = aServer({ held: { ...NOBODY, any: true } })
    await expect(deleteRole(deps, REQUEST)).rejects.toMatchObject({
      code: 'conflict',
      message: '1 client (“A”) has this role: remove it from them first.',
    })
    expect(commits).toEqual([])
  })
})
