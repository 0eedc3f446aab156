import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Refusal } from '../../src/domain/errors.ts'
import { decideGrant, type Grant, type GrantRequest } from '../../src/domain/granted-access.ts'
import type { Permission } from '../../src/domain/permission.ts'
import { statusClaim } from '../../src/domain/status-list.ts'
import { claimsFor } from '../../src/domain/token.ts'
import {
  longestToken,
  refuseTooLong,
  TOKEN_LENGTH_MAX,
  tokenLength,
  weightMax,
  weightOf,
} from '../../src/domain/token-size.ts'
import { ISSUER, NOW, RUNS } from './arbitraries.ts'

const TERMS = { issuer: ISSUER, statusListBase: null }
const CLIENT_ID = 'client_0123456789ABCDEFGHIJKL'
const JTI = 'j'.repeat(22)
const THUMBPRINT = 't'.repeat(43)
const BOUND_TO_BOTH = { jkt: THUMBPRINT, 'x5t#S256': THUMBPRINT }

/** As an audience and a scope value may be: printable ASCII, quotes and backslashes in an audience too. */
const audience = fc
  .string({ unit: fc.constantFrom(...'abc/."\\~%'), minLength: 1, maxLength: 490 })
  .map((path) => `https://${path}`)
const name = fc.string({ unit: fc.constantFrom(...'abz:._~!'), minLength: 1, maxLength: 100 })
const permission = fc.record({
  audience: fc.oneof(audience, fc.constant(ISSUER)),
  permission: name,
})
const access = fc.array(permission, { minLength: 1, maxLength: 40, size: 'max' })

const asked = (held: Permission[]): fc.Arbitrary<GrantRequest> =>
  fc.record({
    scope: fc.option(
      fc
        .subarray([...new Set(held.map((p) => p.permission))], { minLength: 1 })
        .map((scopes) => scopes.join(' ')),
      { nil: undefined },
    ),
    resources: fc.subarray([...new Set(held.map((p) => p.audience))]),
  })

function granted(permissions: Permission[], request: GrantRequest): Grant | null {
  try {
    return decideGrant({ permissions, namesakes: [] }, request, ISSUER)
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}

it('no token of a holder is longer than its longest, whatever it asks for, of whatever age', () => {
  let grants = 0
  let isNear = false
  const held = access.chain((permissions) => fc.tuple(fc.constant(permissions), asked(permissions)))
  fc.assert(
    fc.property(
      held,
      fc.constantFrom('ES256' as const, 'RS256' as const),
      fc.maxSafeNat(),
      fc.constantFrom(null, { jkt: THUMBPRINT }, BOUND_TO_BOTH),
      ([permissions, request], algorithm, generation, cnf) => {
        const grant = granted(permissions, request)
        if (!grant) return
        grants++
        const subject = { clientId: CLIENT_ID, generation, accessTokenLifetime: 43_200 }
        const claims = claimsFor(subject, grant, { issuer: ISSUER, jti: JTI, now: NOW, cnf })
        const longest = longestToken({ clientId: CLIENT_ID, access: permissions }, TERMS)
        const length = tokenLength(claims, algorithm)
        expect(length).toBeLessThanOrEqual(longest)
        isNear ||= longest - length < 40
      },
    ),
    { ...RUNS, numRuns: 2000 },
  )
  expect(grants).toBeGreaterThan(200)
  expect(isNear).toBe(true)
})

it('a holder of the greatest weight has tokens that fit, and one a character heavier has not', () => {
  const max = weightMax(TERMS)
  const holder = (weight: number) => {
    const rest = weight - 2 * CLIENT_ID.length - ('"https://a.example"'.length + 1) - 1
    const access = [{ audience: 'https://a.example', permission: 'p'.repeat(rest) }]
    return { clientId: CLIENT_ID, access }
  }
  expect(weightOf(holder(max), ISSUER)).toBe(max)
  expect(longestToken(holder(max), TERMS)).toBeLessThanOrEqual(TOKEN_LENGTH_MAX)
  expect(longestToken(holder(max + 1), TERMS)).toBeGreaterThan(TOKEN_LENGTH_MAX)
})

it('what a holder may do on Portcullis itself adds nothing to its other tokens', () => {
  const other = { audience: 'https://a.example', permission: 'invoices:read:of-this-year' }
  const own = { audience: ISSUER, permission: 'clients:read' }
  const weight = (...permissions: Permission[]) =>
    weightOf({ clientId: CLIENT_ID, access: permissions }, ISSUER)
  expect(weight(other, own)).toBe(weight(other))
  expect(weight(own)).toBeGreaterThan(weight())
})

it('a token of 8,192 characters is let through, and one of 8,193 is told to ask for less', () => {
  expect(() => refuseTooLong(8192)).not.toThrow()
  expect(() => refuseTooLong(8193)).toThrow(/8193 characters, .* less with scope or resource/)
  expect(() => refuseTooLong(8193)).toThrow(expect.objectContaining({ code: 'invalid_scope' }))
})

it('a place in a status list is counted in the longest token, wherever it is', () => {
  const statusListBase = `${ISSUER}/oauth/status-lists`
  const [terms, listId] = [{ issuer: ISSUER, statusListBase }, 'l'.repeat(22)]
  const held = { clientId: CLIENT_ID, access: [{ audience: 'https://a.example', permission: 'p' }] }
  const grant = decideGrant({ permissions: held.access, namesakes: [] }, { resources: [] }, ISSUER)
  const subject = {
    clientId: CLIENT_ID,
    generation: Number.MAX_SAFE_INTEGER,
    accessTokenLifetime: 0,
  }
  const status = statusClaim(statusListBase, { listId, block: 4095 }, 'zz')
  const claims = claimsFor(subject, grant, {
    issuer: ISSUER,
    jti: JTI,
    now: 99_999_999_999,
    cnf: BOUND_TO_BOTH,
    status,
  })
  const [longest, length] = [longestToken(held, terms), tokenLength(claims, 'RS256')]
  // The bound counts one audience as a list.
  expect([length <= longest, length > longest - 8]).toEqual([true, true])
})
