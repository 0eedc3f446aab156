import { describe, expect, it } from 'vitest'
import { readSignInBy } from '../../src/domain/sign-in.ts'

const OIDC = { issuer: 'https://id.example', clientId: 'console', clientSecret: 'hunter2hunter2' }
const ACCESS = { teamDomain: 'acme.cloudflareaccess.com', audience: 'b0d6' }

it('is off where nothing is set, or all is empty', () => {
  const off = { oidc: null, access: null }
  expect(readSignInBy(undefined, undefined)).toEqual(off)
  const empty = { issuer: '', clientId: '', clientSecret: undefined }
  expect(readSignInBy(empty, { teamDomain: '', audience: '' })).toEqual(off)
})

describe('half a configuration names what is missing', () => {
  it.each([
    [{ ...OIDC, clientSecret: '' }, /^OIDC_CLIENT_SECRET must be set too/],
    [{ ...OIDC, clientId: undefined }, /^OIDC_CLIENT_ID must be set too/],
    [
      { clientSecret: 'hunter2hunter2' },
      /^OIDC_ISSUER and OIDC_CLIENT_ID must be set too, as OIDC_CLIENT_SECRET is$/,
    ],
    [
      { ...OIDC, clientSecret: '' },
      /^OIDC_CLIENT_SECRET must be set too, as OIDC_ISSUER and OIDC_CLIENT_ID is$/,
    ],
  ])('%j', (oidc, words) => {
    expect(() => readSignInBy(oidc, undefined)).toThrow(TypeError)
    expect(() => readSignInBy(oidc, undefined)).toThrow(words)
    expect(() => readSignInBy(oidc, undefined)).not.toThrow(/hunter2/)
  })

  it.each([
    [{ ...ACCESS, audience: '' }, /^ACCESS_AUD must be set too/],
    [{ audience: 'b0d6' }, /^ACCESS_TEAM_DOMAIN must be set too/],
  ])('%j', (access, words) => {
    expect(() => readSignInBy(undefined, access)).toThrow(words)
  })
})

it.each([
  'https://id.example',
  'https://acme.auth.example/',
  'https://id.example/realms/a',
  'http://localhost:9000',
  'http://127.0.0.1:9000',
  'http://[::1]:9000',
])('the provider may be %s, letter for letter', (issuer) => {
  expect(readSignInBy({ ...OIDC, issuer }, undefined).oidc).toEqual({ ...OIDC, issuer })
})

it.each([
  'http://id.example',
  'id.example',
  'https://id.example?a=b',
  'https://id.example#a',
  'https://me@id.example',
  'ftp://localhost',
])('the provider may not be %s', (issuer) => {
  expect(() => readSignInBy({ ...OIDC, issuer }, undefined)).toThrow(/OIDC_ISSUER must be/)
})

it.each([
  'acme',
  'acme.cloudflareaccess.com',
  'https://acme.cloudflareaccess.com',
  'https://ACME.cloudflareaccess.com/',
])('the team %s has one issuer', (teamDomain) => {
  const issuer = 'https://acme.cloudflareaccess.com'
  expect(readSignInBy(undefined, { ...ACCESS, teamDomain }).access?.issuer).toBe(issuer)
})

it.each([
  'evil.example',
  'a.b.cloudflareaccess.com',
  'acme.cloudflareaccess.com.evil.example',
  'http://acme.cloudflareaccess.com',
  'acme.cloudflareaccess.com/x',
  'a@b',
])('the team may not be %s', (teamDomain) => {
  expect(() => readSignInBy(undefined, { ...ACCESS, teamDomain })).toThrow(/ACCESS_TEAM_DOMAIN/)
})
