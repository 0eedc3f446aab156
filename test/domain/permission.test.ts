import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  type Access,
  holds,
  INTROSPECT,
  inOrder,
  type Permission,
  SCOPE_TOKEN,
  samePermission,
  scopeOf,
  uniquePermissions,
} from '../../src/domain/permission.ts'
import { RUNS } from './arbitraries.ts'

const [A, B] = ['https://a.example', 'https://b.example'] as const
const permission: fc.Arbitrary<Permission> = fc.record({
  audience: fc.constantFrom(A, B, 'urn:c'),
  permission: fc.constantFrom('read', 'write', 'read:all'),
})
const permissions = fc.array(permission, { maxLength: 8 })
const accessTo = (held: Permission[], namesakes: Permission[] = []): Access => ({
  permissions: held,
  namesakes,
})

it('keeps each permission once, and loses none', () => {
  fc.assert(
    fc.property(permissions, (list) => {
      const unique = uniquePermissions(list)
      for (const one of list) expect(unique.filter((p) => samePermission(p, one))).toHaveLength(1)
      for (const one of unique) expect(list).toContainEqual(one)
    }),
    RUNS,
  )
})

it('tells permissions apart by audience and by name', () => {
  const one = { audience: A, permission: 'read' }
  expect(samePermission(one, { audience: A, permission: 'read' })).toBe(true)
  expect(samePermission(one, { audience: B, permission: 'read' })).toBe(false)
  expect(samePermission(one, { audience: A, permission: 'write' })).toBe(false)
})

it('writes a scope that is sorted, names nothing twice, and names all', () => {
  fc.assert(
    fc.property(permissions, (list) => {
      const names = scopeOf(list).split(' ').filter(Boolean)
      expect(names).toEqual([...new Set(list.map((p) => p.permission))].sort())
      expect(scopeOf(list.toReversed())).toBe(scopeOf(list))
    }),
    RUNS,
  )
  expect(scopeOf([])).toBe('')
})

it('holds a scope where it is held on one of the audiences', () => {
  const access = accessTo([{ audience: A, permission: 'read' }])
  expect(holds(access, [A], 'read')).toBe(true)
  expect(holds(access, [A, B], 'read')).toBe(true)
  expect(holds(access, [B], 'read')).toBe(false)
  expect(holds(access, [], 'read')).toBe(false)
  expect(holds(access, [A], 'write')).toBe(false)
})

it('holds no scope that another of the audiences knows and has not given', () => {
  const namesake = { audience: B, permission: 'read' }
  const access = accessTo([{ audience: A, permission: 'read' }], [namesake])
  expect(holds(access, [A, B], 'read')).toBe(false)
  expect(holds(access, [A], 'read')).toBe(true)
})

it('holds the right to introspect in spite of namesakes, because every API has one', () => {
  const namesake = { audience: B, permission: INTROSPECT }
  const access = accessTo([{ audience: A, permission: INTROSPECT }], [namesake])
  expect(holds(access, [A, B], INTROSPECT)).toBe(true)
  expect(holds(access, [B], INTROSPECT)).toBe(false)
})

it('names the right to introspect as the contract does', () => {
  expect(INTROSPECT).toBe('tokens:introspect')
})

it('takes for a scope value what RFC 6749 does', () => {
  for (let code = 0; code < 256; code++) {
    const isAllowed = code >= 0x21 && code <= 0x7e && code !== 0x22 && code !== 0x5c
    expect(SCOPE_TOKEN.test(String.fromCharCode(code))).toBe(isAllowed)
  }
  expect(SCOPE_TOKEN.test('')).toBe(false)
})

it('takes no text for one scope value of which only a part is one', () => {
  for (const text of ['a b', ' a', 'a ', '"a', 'a"', 'ä', 'aä', 'a\n']) {
    expect(SCOPE_TOKEN.test(text)).toBe(false)
  }
})

it('is in one order, by audience and then by name, however it was sent', () => {
  const sorted = [
    { audience: A, permission: 'read' },
    { audience: A, permission: 'write' },
    { audience: B, permission: 'read' },
  ]
  expect(inOrder(sorted.toReversed())).toEqual(sorted)
  fc.assert(
    fc.property(permissions, (list) => {
      const sent = uniquePermissions(list)
      expect(inOrder(sent.toReversed())).toEqual(inOrder(sent))
      expect(inOrder(inOrder(sent))).toEqual(inOrder(sent))
    }),
    RUNS,
  )
})
