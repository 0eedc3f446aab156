import { describe, expect, it } from 'vitest'
import type { ApiRequest } from '../../../src/actions/access/change-api.ts'
import {
  changeOneOfRole,
  findPermission,
  namingOne,
  putApiPermission,
  removeApiPermission,
} from '../../../src/actions/access/change-one-permission.ts'
import type { RoleRequest } from '../../../src/actions/access/change-role.ts'
import type { Api, Role } from '../../../src/domain/api.ts'
import { invalidField, Refusal } from '../../../src/domain/errors.ts'
import type { Permission } from '../../../src/domain/permission.ts'
import { ISSUER, NOW } from '../../domain/arbitraries.ts'
import { memoryLedger } from '../memory.ts'
import { REQUEST, unasked } from '../one-client.ts'

const AUDIENCE = 'https://api.example.com'
const HIDDEN = 'must have no invisible character: U+00AD is one'

const named = (count: number) => Array.from({ length: count }, (_, i) => ({ permission: `p${i}` }))
const on = (permission: string): Permission => ({ audience: AUDIENCE, permission })

/** A server with one API and one role, with as many permissions of the API. */
function aServer(ofApi = named(3), ofRole = 2) {
  const ledger = memoryLedger()
  const times = { createdAt: NOW - 60, updatedAt: NOW - 60, version: 3 }
  const api: Api = {
    ...times,
    apiId: 'api_1',
    audience: AUDIENCE,
    name: 'Billing',
    permissions: ofApi,
    isOwn: false,
  }
  const role: Role = {
    ...times,
    roleId: 'role_1',
    name: 'Reader',
    description: '',
    permissions: named(ofRole).map(({ permission }) => on(permission)),
  }
  const deps = {
    ...ledger.deps,
    issuer: ISSUER,
    apis: {
      find: async (id: string) => (id === 'api_1' ? api : null),
      unknown: async (given: Permission[]) =>
        given.filter(({ permission }) => permission === 'unknown'),
      permissionsInUse: async () => [],
      findByAudiences: unasked,
      holders: unasked,
      inUse: unasked,
      list: unasked,
      overfullHolder: unasked,
    },
    roles: {
      find: async (id: string) => (id === 'role_1' ? role : null),
      holders: async () => ({ any: false, byItself: false, byPowerful: false }),
      overfullHolder: async () => null,
      findMany: unasked,
      inUse: unasked,
      list: unasked,
    },
  }
  return { ...ledger, deps, api, role }
}

const OF_API: ApiRequest = { ...REQUEST, apiId: 'api_1' }
const OF_ROLE: RoleRequest = { ...REQUEST, roleId: 'role_1' }
const invalid = (field: string, detail: string) => ({
  code: 'invalid_fields',
  message: 'The request has a field that is not valid.',
  extras: { fields: [{ field, detail }] },
})
const TOO_MANY = invalid('permission', 'is one too many: there are at most 500')
const NO_PERMISSION = {
  code: 'not_found',
  message: 'The API “Billing” has no permission of this name.',
}
const NO_API = { code: 'not_found', message: 'There is no such API.' }

describe('one permission of a role', () => {
  const change = (deps: ReturnType<typeof aServer>['deps'], permission: string, isGiven: boolean) =>
    changeOneOfRole(deps, OF_ROLE, { apiId: 'api_1', permission }, isGiven)

  it('is given, and taken away, beside all others', async () => {
    const { deps, role, events } = aServer()
    const given = await change(deps, 'p2', true)
    expect(given).toEqual({
      ...role,
      permissions: [on('p0'), on('p1'), on('p2')],
      updatedAt: NOW,
      version: 4,
    })
    expect((await change(deps, 'p0', false)).permissions).toEqual([on('p1')])
    expect(events.map(({ action }) => action)).toEqual(['role.updated', 'role.updated'])
    expect(await change(deps, 'p0', true)).toEqual(role)
    expect(await change(deps, 'p9', false)).toEqual(role)
    expect(events).toHaveLength(2)
  })

  it('is one of 500; of as many, one may be given again, or taken away', async () => {
    const full = aServer(named(501), 500)
    await expect(change(full.deps, 'p500', true)).rejects.toMatchObject(TOO_MANY)
    expect(await change(full.deps, 'p7', true)).toEqual(full.role)
    expect((await change(full.deps, 'p7', false)).permissions).toHaveLength(499)
    const almost = aServer(named(501), 499)
    expect((await change(almost.deps, 'p500', true)).permissions).toHaveLength(500)
    const over = aServer(named(501), 501)
    expect((await change(over.deps, 'p7', false)).permissions).toHaveLength(500)
  })

  it('is refused by its own name, and not by its place among the others', async () => {
    const { deps, commits } = aServer()
    // It fits into no token.
    const long = change(deps, 'x'.repeat(8192), true)
    const fits = expect.stringMatching(/^does not fit: .* 8192 are allowed$/)
    await expect(long).rejects.toMatchObject(invalid('permission', fits))
    await expect(change(deps, 'unknown', true)).rejects.toMatchObject(NO_PERMISSION)
    const elsewhere = changeOneOfRole(deps, OF_ROLE, { apiId: 'api_2', permission: 'p1' }, true)
    await expect(elsewhere).rejects.toMatchObject(NO_API)
    expect(commits).toEqual([])
  })
})

describe('one permission of an API', () => {
  it('comes, or changes in its place, beside all others', async () => {
    const { deps, api, events } = aServer()
    const one = { permission: 'p3', description: 'New' }
    expect(await putApiPermission(deps, OF_API, one)).toEqual({
      ...api,
      permissions: [...api.permissions, one],
      updatedAt: NOW,
      version: 4,
    })
    for (const at of [0, 1]) {
      const other = { permission: `p${at}`, group: 'Invoices' }
      const changed = await putApiPermission(deps, OF_API, other)
      expect(changed.permissions).toEqual(api.permissions.with(at, other))
    }
    expect(events.map(({ action }) => action)).toEqual(Array(3).fill('api.updated'))
  })

  it('is one of 500; of as many, each may change', async () => {
    const full = aServer(named(500))
    const more = putApiPermission(full.deps, OF_API, { permission: 'more' })
    await expect(more).rejects.toMatchObject(TOO_MANY)
    const known = { permission: 'p7', group: 'Invoices' }
    expect((await putApiPermission(full.deps, OF_API, known)).permissions[7]).toEqual(known)
    const almost = aServer(named(499))
    const last = await putApiPermission(almost.deps, OF_API, { permission: 'more' })
    expect(last.permissions).toHaveLength(500)
  })

  it('is refused by the text that is wrong, and not by its place among the others', async () => {
    const { deps } = aServer()
    for (const field of ['description', 'group'] as const) {
      const one = { permission: 'p1', [field]: 'a\u00adb' }
      const put = putApiPermission(deps, OF_API, one)
      await expect(put).rejects.toMatchObject(invalid(field, HIDDEN))
    }
  })

  it('goes, and is missed where it is not there', async () => {
    const { deps, api, commits } = aServer()
    const gone = await removeApiPermission(deps, OF_API, 'p1')
    expect(gone.permissions).toEqual([{ permission: 'p0' }, { permission: 'p2' }])
    await expect(removeApiPermission(deps, OF_API, 'p9')).rejects.toMatchObject(NO_PERMISSION)
    expect(commits.flatMap(({ writes }) => writes)).toEqual([
      { kind: 'api', before: api, after: gone },
    ])
  })

  it('is found by the API and its name', async () => {
    const { deps } = aServer()
    const found = (apiId: string, permission: string) => findPermission(deps, { apiId, permission })
    expect(await found('api_1', 'p1')).toEqual(on('p1'))
    await expect(found('api_1', 'unknown')).rejects.toMatchObject(NO_PERMISSION)
    await expect(found('api_2', 'p1')).rejects.toMatchObject(NO_API)
  })
})

it('a failure that names no field stays what it is', async () => {
  const lost = new Error('D1 does not answer')
  await expect(namingOne(Promise.reject(lost), 'role')).rejects.toBe(lost)
  const conflict = new Refusal('conflict', 'It is held.')
  await expect(namingOne(Promise.reject(conflict), 'role')).rejects.toBe(conflict)
  const fields = namingOne(Promise.reject(invalidField('roles.3', 'is not a role')), 'role')
  await expect(fields).rejects.toMatchObject(invalid('role', 'is not a role'))
})
