import { expect, it } from 'vitest'
import {
  type Principal,
  refuseChangeOfClient,
  refuseChangeOfHeld,
  refuseGiving,
  refuseSuspensionOfItself,
  requireRight,
  type Right,
} from '../../src/domain/authority.ts'
import { OWN_PERMISSIONS, type OwnPermission } from '../../src/domain/permission.ts'
import { aClient, ISSUER, READ, refusalOf } from './arbitraries.ts'

const RIGHTS: Right[] = ['clients:read', 'clients:manage', 'audit:read', 'person']
const machine = (...permissions: OwnPermission[]): Principal => ({
  type: 'client',
  id: 'client_1',
  permissions,
})
const bootstrap: Principal = { type: 'bootstrap', id: 'bootstrap' }
const manager: Principal = { type: 'administrator', id: 'admin_1', access: 'manage' }
const viewer: Principal = { type: 'administrator', id: 'admin_2', access: 'view' }
const everyPower = machine(...(Object.keys(OWN_PERMISSIONS) as OwnPermission[]))

const PRINCIPALS: [string, Principal, Right[]][] = [
  ['the bootstrap token', bootstrap, RIGHTS],
  ['an administrator with manage', manager, RIGHTS],
  ['an administrator with view', viewer, ['clients:read', 'audit:read']],
  ['a machine with clients:read', machine('clients:read'), ['clients:read']],
  ['a machine with clients:manage', machine('clients:manage'), ['clients:read', 'clients:manage']],
  ['a machine with audit:read', machine('audit:read'), ['audit:read']],
  ['a machine with tokens:introspect', machine('tokens:introspect'), []],
  ['a machine with every permission', everyPower, ['clients:read', 'clients:manage', 'audit:read']],
  ['a machine with none', machine(), []],
]

it.each(PRINCIPALS)('gives %s its rights and no other', (_, principal, rights) => {
  const allowed = RIGHTS.filter((right) => refusalOf(() => requireRight(principal, right)) === null)
  expect(allowed).toEqual(rights)
})

it('tells a machine which scope would have been enough', () => {
  expect(() => requireRight(machine('clients:read'), 'clients:manage')).toThrow(
    expect.objectContaining({ code: 'insufficient_scope', extras: { scope: 'clients:manage' } }),
  )
})

it('tells a machine that no scope makes a person of it', () => {
  expect(refusalOf(() => requireRight(everyPower, 'person'))).toBe('forbidden')
  // Not even one that is called so.
  const named = machine('person' as string as OwnPermission)
  expect(refusalOf(() => requireRight(named, 'person'))).toBe('forbidden')
})

const itself = aClient({ clientId: 'client_1' })
const other = aClient({ clientId: 'client_2' })
const own = { audience: ISSUER, permission: 'audit:read' }
const powerful = aClient({ clientId: 'client_3', access: [READ, own], permissions: [READ] })

it('never lets a machine change its own client, nor one with power here, even by a role', () => {
  const change = (client: typeof itself) =>
    refusalOf(() => refuseChangeOfClient(everyPower, client, ISSUER))
  expect([itself, other, powerful].map(change)).toEqual(['forbidden', null, 'forbidden'])
})

it('lets a machine stop any client but its own', () => {
  const stop = (client: typeof itself) =>
    refusalOf(() => refuseSuspensionOfItself(everyPower, client))
  expect([itself, other, powerful].map(stop)).toEqual(['forbidden', null, null])
})

it('never lets a machine give anyone a permission on Portcullis itself', () => {
  expect(refusalOf(() => refuseGiving(everyPower, [READ, own], ISSUER))).toBe('forbidden')
  expect(refusalOf(() => refuseGiving(everyPower, [READ], ISSUER))).toBeNull()
  expect(refusalOf(() => refuseGiving(everyPower, [], ISSUER))).toBeNull()
})

it('never lets a machine change a role or an API that it holds, or that one with power holds', () => {
  const refusals = [
    { byItself: true, byPowerful: false },
    { byItself: false, byPowerful: true },
    { byItself: false, byPowerful: false },
  ].map((held) => refusalOf(() => refuseChangeOfHeld(everyPower, held)))
  expect(refusals).toEqual(['forbidden', 'forbidden', null])
})

it.each([
  ['the bootstrap token', bootstrap],
  ['an administrator', manager],
])('holds none of this against %s', (_, principal) => {
  const namesake = aClient({ clientId: principal.id })
  expect(refusalOf(() => refuseChangeOfClient(principal, namesake, ISSUER))).toBeNull()
  expect(refusalOf(() => refuseChangeOfClient(principal, powerful, ISSUER))).toBeNull()
  expect(refusalOf(() => refuseSuspensionOfItself(principal, namesake))).toBeNull()
  expect(refusalOf(() => refuseGiving(principal, [own], ISSUER))).toBeNull()
  const held = { byItself: true, byPowerful: true }
  expect(refusalOf(() => refuseChangeOfHeld(principal, held))).toBeNull()
})

it('says what would have been needed', () => {
  expect(() => requireRight(machine(), 'clients:manage')).toThrow('This needs clients:manage.')
  expect(() => requireRight(machine(), 'person')).toThrow(/person with manage|bootstrap token/)
  expect(() => refuseChangeOfClient(everyPower, itself, ISSUER)).toThrow(/cannot change itself/)
})

it.each(['clients:manage', 'person'] as const)('names no scope to a person: %s', (right) => {
  expect(() => requireRight(viewer, right)).toThrow(/^This needs manage access\.$/)
})
