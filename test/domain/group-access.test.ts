import { describe, expect, it } from 'vitest'
import { accessOf, claimAt, grantedBy, readGroupAccess } from '../../src/domain/group-access.ts'

const RULES = { claim: 'groups', manage: ['admins', 'both'], view: ['viewers', 'both'] }

describe('the settings', () => {
  it('are read as lists', () => {
    const given = { claim: ' groups ', manageValues: ' admins,both , ', viewValues: 'viewers,both' }
    expect(readGroupAccess(given, true)).toEqual(RULES)
    expect(readGroupAccess({ claim: 'a', viewValues: 'b' }, true)).toMatchObject({ manage: [] })
  })

  it.each([undefined, {}, { claim: '', manageValues: '', viewValues: ',' }])(
    'are off where there is nothing: %j',
    (given) => expect(readGroupAccess(given, false)).toBeNull(),
  )

  it.each([
    [{ manageValues: 'a' }, true, 'OIDC_ACCESS_CLAIM must be set too, as OIDC_MANAGE_VALUES is'],
    [{ viewValues: 'a' }, true, 'OIDC_ACCESS_CLAIM must be set too, as OIDC_VIEW_VALUES is'],
    [{ claim: 'a' }, true, 'OIDC_MANAGE_VALUES or OIDC_VIEW_VALUES must be set too'],
    [{ claim: 'a', viewValues: 'b' }, false, 'needs OIDC_ISSUER or ACCESS_TEAM_DOMAIN'],
    [{ claim: 7 as unknown as string }, true, 'OIDC_ACCESS_CLAIM must be text'],
  ])('are refused in part or of another type: %j', (given, hasProvider, message) => {
    expect(() => readGroupAccess(given, hasProvider)).toThrow(message)
  })
})

describe('what a claim gives', () => {
  it.each([
    [['admins'], { access: 'manage', value: 'admins' }],
    [['viewers', 'admins'], { access: 'manage', value: 'admins' }],
    ['both', { access: 'manage', value: 'both' }],
    [[7, 'viewers'], { access: 'view', value: 'viewers' }],
    [['admin'], null],
    ['admins,viewers', null],
    [{ admins: true }, null],
    [null, null],
    [undefined, null],
  ])('%j: %j', (groups, granted) => {
    expect(grantedBy(RULES, { groups })).toEqual(granted)
  })

  it('is the most of one value', () => {
    expect(['both', 'viewers', 'staff'].map((value) => accessOf(RULES, value))).toEqual([
      'manage',
      'view',
      null,
    ])
  })
})

it.each([
  [{ groups: 1 }, 'groups', 1],
  [{ 'a.b': 1, a: { b: 2 } }, 'a.b', 1],
  [{ a: { b: 2 } }, 'a.b', 2],
  [{ a: 'text' }, 'a.length', undefined],
  [{ a: null }, 'a.b', undefined],
  [{}, 'constructor', undefined],
  [{}, '__proto__.constructor.name', undefined],
])('the claim of %j at %s is %j', (claims, name, found) => {
  expect(claimAt(claims, name)).toBe(found)
})
