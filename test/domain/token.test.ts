import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Access, Permission } from '../../src/domain/permission.ts'
import { audiencesOf, claimsFor, scopeStillHeld } from '../../src/domain/token.ts'
import { ISSUER, NOW, RUNS } from './arbitraries.ts'

const [A, B] = ['https://a.example', 'https://b.example'] as const
const issue = { issuer: ISSUER, jti: 'jti_1', now: NOW }
const subject = { clientId: 'client_1', generation: 3, accessTokenLifetime: 43_200 }
const EVERY: Permission[] = [A, B].flatMap((audience) =>
  ['read', 'write', 'export'].map((permission) => ({ audience, permission })),
)
const readAndWrite = claimsFor(subject, { audiences: [A], scopes: ['read', 'write'] }, issue)
const accessTo = (permissions: Permission[]): Access => ({ permissions, namesakes: [] })

it('says of a token who issued it, to whom, for what and for how long', () => {
  expect(readAndWrite).toEqual({
    iss: ISSUER,
    sub: 'client_1',
    client_id: 'client_1',
    aud: A,
    scope: 'read write',
    iat: NOW,
    exp: NOW + 43_200,
    jti: 'jti_1',
    gen: 3,
  })
})

it('names one audience as a text, and several as a list', () => {
  const several = claimsFor(subject, { audiences: [A, B], scopes: ['read'] }, issue)
  expect(several.aud).toEqual([A, B])
  expect(audiencesOf(several)).toEqual([A, B])
  expect(audiencesOf(readAndWrite)).toEqual([A])
})

it('lets a token live for as long as its client was given', () => {
  fc.assert(
    fc.property(fc.integer({ min: 60, max: 43_200 }), fc.nat(), (accessTokenLifetime, now) => {
      const grant = { audiences: [A], scopes: ['read'] }
      const claims = claimsFor({ ...subject, accessTokenLifetime }, grant, { ...issue, now })
      expect(claims.exp - claims.iat).toBe(accessTokenLifetime)
      expect(claims.iat).toBe(now)
    }),
    RUNS,
  )
})

it('still has the whole scope while the client has kept its access', () => {
  expect(scopeStillHeld(readAndWrite, accessTo(EVERY))).toBe('read write')
})

it('has nothing left when the client holds none of it any more', () => {
  expect(scopeStillHeld(readAndWrite, accessTo([]))).toBe('')
  expect(scopeStillHeld(readAndWrite, accessTo([{ audience: A, permission: 'export' }]))).toBe('')
})

it('takes no right from an API that the token is not for', () => {
  expect(scopeStillHeld(readAndWrite, accessTo([{ audience: B, permission: 'read' }]))).toBe('')
})

it('loses a scope that has become ambiguous since', () => {
  const both = claimsFor(subject, { audiences: [A, B], scopes: ['read', 'write'] }, issue)
  const permissions = [
    { audience: A, permission: 'read' },
    { audience: B, permission: 'write' },
  ]
  const namesakes = [{ audience: B, permission: 'read' }]
  expect(scopeStillHeld(both, { permissions, namesakes })).toBe('write')
})

it('never grows, and keeps exactly what is both in the token and in the access', () => {
  const audiences = fc.constantFrom<string[]>([A], [B], [A, B])
  const scopes = fc.subarray(['read', 'write', 'export'], { minLength: 1 })
  fc.assert(
    fc.property(audiences, scopes, fc.subarray(EVERY), (aud, asked, held) => {
      const claims = claimsFor(subject, { audiences: aud, scopes: asked }, issue)
      const kept = asked.filter((scope) =>
        held.some((p) => p.permission === scope && aud.includes(p.audience)),
      )
      expect(scopeStillHeld(claims, accessTo(held))).toBe(kept.join(' '))
    }),
    RUNS,
  )
})
