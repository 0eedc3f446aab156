import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Refusal } from '../../src/domain/errors.ts'
import {
  decideGrant,
  type Grant,
  type GrantRequest,
  parseScope,
} from '../../src/domain/granted-access.ts'
import type { Access, Permission } from '../../src/domain/permission.ts'
import { ISSUER, refusalOf, RUNS } from './arbitraries.ts'

const [A, B, C] = ['https://a.example', 'https://b.example', 'https://c.example'] as const
const NAMES = ['read', 'write', 'export', 'tokens:introspect']
const EVERY = [ISSUER, A, B, C].flatMap((audience) =>
  NAMES.map((permission) => ({ audience, permission })),
)
const MANY = { ...RUNS, numRuns: 2000 }

/** The access that storage reports for a client that holds `held`, if the APIs define `known`. */
function accessOf(held: Permission[], known: Permission[] = held): Access {
  const namesakes = known.filter(
    (p) =>
      !held.includes(p) &&
      held.some((h) => h.audience === p.audience) &&
      held.some((h) => h.permission === p.permission),
  )
  return { permissions: held, namesakes }
}

const access = fc
  .subarray(EVERY)
  .chain((known) => fc.subarray(known).map((held) => accessOf(held, known)))
const scopes = fc.uniqueArray(fc.constantFrom(...NAMES, 'unknown'), { minLength: 1, maxLength: 3 })
const request: fc.Arbitrary<GrantRequest> = fc.record({
  scope: fc.option(
    scopes.map((list) => list.join(' ')),
    { nil: undefined },
  ),
  resources: fc.array(fc.constantFrom(ISSUER, A, B, C, 'https://unknown.example'), {
    maxLength: 3,
  }),
})

function decide(held: Access, asked: Partial<GrantRequest>): Grant | string {
  try {
    return decideGrant(held, { resources: [], ...asked }, ISSUER)
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

/** Holds `expectation` for each grant; a refusal has nothing to be looked at. */
function forGrants(expectation: (grant: Grant, held: Access, asked: GrantRequest) => void) {
  let grants = 0
  fc.assert(
    fc.property(access, request, (held, asked) => {
      const grant = decide(held, asked)
      if (typeof grant === 'string') return
      grants++
      expectation(grant, held, asked)
    }),
    MANY,
  )
  // A property of grants says nothing where nothing was granted.
  expect(grants).toBeGreaterThan(100)
}

const at = (held: Access, audience: string) =>
  held.permissions.filter((p) => p.audience === audience).map((p) => p.permission)

it('answers each request with a grant or a refusal that RFC 6749 and RFC 8707 name', () => {
  const said = new Set<string>()
  fc.assert(
    fc.property(access, request, (held, asked) => {
      const answer = decide(held, asked)
      if (typeof answer === 'string') said.add(answer)
    }),
    MANY,
  )
  expect([...said].sort()).toEqual(['invalid_scope', 'invalid_target'])
})

it('never grants a scope that the client does not hold', () => {
  forGrants(({ scopes, audiences }, held) => {
    for (const scope of scopes) {
      expect(audiences.some((audience) => at(held, audience).includes(scope))).toBe(true)
    }
  })
})

it('never names an audience on which the client may do nothing, and always names one', () => {
  forGrants(({ audiences, scopes }, held) => {
    expect(audiences).not.toHaveLength(0)
    expect(scopes).not.toHaveLength(0)
    for (const audience of audiences) expect(at(held, audience)).not.toHaveLength(0)
  })
})

it("never names the issuer's audience together with another", () => {
  forGrants(({ audiences }) => {
    if (audiences.includes(ISSUER)) expect(audiences).toEqual([ISSUER])
  })
})

it('grants exactly the scopes asked for, in their order', () => {
  forGrants(({ scopes }, _, asked) => {
    if (asked.scope !== undefined) expect(scopes.join(' ')).toBe(asked.scope)
  })
})

it('grants exactly the resources asked for, each once', () => {
  forGrants(({ audiences }, _, { resources }) => {
    if (resources.length > 0) expect(audiences).toEqual([...new Set(resources)])
  })
})

it('grants all that the client may do on the resources when no scope is asked for', () => {
  forGrants(({ audiences, scopes }, held, { scope }) => {
    if (scope !== undefined) return
    const all = new Set(audiences.flatMap((audience) => at(held, audience)))
    expect(scopes).toEqual([...all].sort())
  })
})

it('names the APIs to which the granted scopes belong when no resource is asked for', () => {
  forGrants(({ audiences, scopes }, held, { resources }) => {
    if (resources.length > 0 || audiences.includes(ISSUER)) return
    const homes = [A, B, C].filter((api) => at(held, api).some((name) => scopes.includes(name)))
    expect(audiences).toEqual(homes)
  })
})

it("leaves the issuer's audience out of the default unless it is the only one that will do", () => {
  forGrants(({ audiences }, held, { resources, scope }) => {
    if (resources.length > 0 || !audiences.includes(ISSUER)) return
    const elsewhere = new Set([A, B, C].flatMap((api) => at(held, api)))
    if (scope === undefined) expect(elsewhere.size).toBe(0)
    else expect(parseScope(scope).every((name) => elsewhere.has(name))).toBe(false)
  })
})

it('refuses a resource on which the client may do nothing before any look at the scope', () => {
  const scope = fc.constantFrom(undefined, 'read', 'unknown', '', 'a  b', '"')
  fc.assert(
    fc.property(access, request, scope, (held, { resources }, any) => {
      fc.pre(resources.some((resource) => at(held, resource).length === 0))
      expect(decide(held, { resources, scope: any })).toBe('invalid_target')
    }),
    RUNS,
  )
})

it("refuses the issuer's audience together with another before any look at the scope", () => {
  const held = accessOf(EVERY)
  for (const scope of [undefined, 'read', 'unknown', '"']) {
    expect(decide(held, { resources: [ISSUER, A], scope })).toBe('invalid_target')
    expect(decide(held, { resources: [A, ISSUER, ISSUER], scope })).toBe('invalid_target')
  }
  expect(decide(held, { resources: [ISSUER, ISSUER], scope: 'read' })).toEqual({
    audiences: [ISSUER],
    scopes: ['read'],
  })
})

it('refuses a scope that means something else on one of the audiences', () => {
  const [readA, readB, writeB] = [
    { audience: A, permission: 'read' },
    { audience: B, permission: 'read' },
    { audience: B, permission: 'write' },
  ]
  const held = accessOf([readA, writeB], [readA, readB, writeB])
  expect(decide(held, { resources: [A, B] })).toBe('invalid_scope')
  expect(decide(held, { resources: [A, B], scope: 'read' })).toBe('invalid_scope')
  expect(decide(held, { scope: 'read write' })).toBe('invalid_scope')
  expect(decide(held, {})).toBe('invalid_scope')
  expect(decide(held, { resources: [A, B], scope: 'write' })).toMatchObject({ scopes: ['write'] })
  expect(decide(held, { scope: 'read' })).toEqual({ audiences: [A], scopes: ['read'] })
  expect(decide(held, { resources: [A] })).toEqual({ audiences: [A], scopes: ['read'] })
})

it('carries no right from one API to another that has a permission of the same name', () => {
  forGrants(({ audiences, scopes }, held) => {
    const meant = scopes.filter((scope) => scope !== 'tokens:introspect')
    for (const { audience, permission } of held.namesakes) {
      if (audiences.includes(audience)) expect(meant).not.toContain(permission)
    }
  })
})

it('refuses a scope that mixes permissions of Portcullis with those of another API', () => {
  const own = { audience: ISSUER, permission: 'clients:read' }
  const held = accessOf([own, { audience: A, permission: 'read' }])
  expect(decide(held, { scope: 'clients:read read' })).toBe('invalid_scope')
  expect(decide(held, { scope: 'clients:read' })).toEqual({
    audiences: [ISSUER],
    scopes: ['clients:read'],
  })
  expect(decide(held, {})).toEqual({ audiences: [A], scopes: ['read'] })
})

it('refuses a client without any permission by its scope', () => {
  expect(decide(accessOf([]), {})).toBe('invalid_scope')
  expect(decide(accessOf([]), { scope: 'read' })).toBe('invalid_scope')
})

const shuffled = (list: Permission[]) =>
  fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })

it('decides the same in whatever order the access comes', () => {
  const twice = access.chain((held) =>
    fc.tuple(fc.constant(held), shuffled(held.permissions), shuffled(held.namesakes)),
  )
  fc.assert(
    fc.property(twice, request, ([held, permissions, namesakes], asked) => {
      expect(decide({ permissions, namesakes }, asked)).toEqual(decide(held, asked))
    }),
    MANY,
  )
})

it.each(['', ' ', 'a  b', ' a', 'a ', 'a\tb', 'a\nb', 'ä', 'a"b', 'a\\b', 'a\u007f'])(
  'reads %j as no scope',
  (scope) => {
    expect(refusalOf(() => parseScope(scope))).toBe('invalid_scope')
  },
)

it('reads a scope value that is repeated once', () => {
  expect(parseScope('read write read')).toEqual(['read', 'write'])
  expect(parseScope('!#[]~')).toEqual(['!#[]~'])
})

it('tells the caller what to ask for instead', () => {
  const [read, own] = [
    { audience: A, permission: 'read' },
    { audience: ISSUER, permission: 'clients:read' },
  ]
  const held = accessOf([read, own])
  const asked: [Access, GrantRequest, RegExp][] = [
    [held, { resources: [B] }, /no permission on an API/],
    [held, { resources: [A, ISSUER] }, /issuer's own audience cannot be combined/],
    [held, { resources: [], scope: 'a  b' }, /separated by single spaces/],
    [held, { resources: [], scope: 'write' }, /lacks a scope/],
    [held, { resources: [A], scope: 'write' }, /lacks a scope/],
    [held, { resources: [A], scope: 'read write' }, /lacks a scope/],
    [held, { resources: [], scope: 'read clients:read' }, /cannot be mixed/],
    [accessOf([]), { resources: [] }, /no permission/],
    [accessOf([]), { resources: [], scope: 'read' }, /no permission/],
    [
      { permissions: [read], namesakes: [{ audience: B, permission: 'read' }] },
      { resources: [A], scope: 'read write' },
      /lacks a scope/,
    ],
  ]
  for (const [access, request, words] of asked) {
    expect(() => decideGrant(access, request, ISSUER)).toThrow(words)
  }
  const clash = accessOf(
    [read, { audience: B, permission: 'write' }],
    [read, { audience: B, permission: 'read' }, { audience: B, permission: 'write' }],
  )
  expect(() => decideGrant(clash, { resources: [A, B] }, ISSUER)).toThrow(
    /Scope read .* one resource/,
  )
})
