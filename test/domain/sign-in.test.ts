import { describe, expect, it } from 'vitest'
import { readOrNote, type SettingProblem } from '../../src/domain/setting.ts'
import { readAccess, readOidc, readSignInBy } from '../../src/domain/sign-in.ts'

const OIDC = { issuer: 'https://id.example', clientId: 'console', clientSecret: 'hunter2hunter2' }
const ACCESS = { teamDomain: 'acme.cloudflareaccess.com', audience: 'b0d6' }

it('is off where nothing is set, or all is empty', () => {
  const off = { oidc: null, access: null, groups: null, wrong: { oidc: false, access: false } }
  const problems: SettingProblem[] = []
  const readOr = readOrNote(problems)
  expect(readSignInBy(readOr, undefined, undefined)).toEqual(off)
  const empty = { issuer: '', clientId: '', clientSecret: undefined }
  expect(readSignInBy(readOr, empty, { teamDomain: '', audience: '' })).toEqual(off)
  expect(problems).toEqual([])
})

it('lets nobody in by a way that is set up wrongly, and goes on by the other', () => {
  const problems: SettingProblem[] = []
  const half = { ...OIDC, clientId: '', clientSecret: '' }
  const read = readSignInBy(readOrNote(problems), half, ACCESS)
  expect(read).toMatchObject({ oidc: null, wrong: { oidc: true, access: false } })
  expect(read.access).not.toBeNull()
  const problem =
    'OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be set too, as OIDC_ISSUER is: OpenID Connect sign-in is off'
  expect(problems).toEqual([
    { name: 'OIDC_CLIENT_ID', problem },
    { name: 'OIDC_CLIENT_SECRET', problem },
  ])
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
    expect(() => readOidc(oidc)).toThrow(TypeError)
    expect(() => readOidc(oidc)).toThrow(words)
    expect(() => readOidc(oidc)).not.toThrow(/hunter2/)
  })

  it.each([
    [{ ...ACCESS, audience: '' }, /^ACCESS_AUD must be set too/],
    [{ audience: 'b0d6' }, /^ACCESS_TEAM_DOMAIN must be set too/],
  ])('%j', (access, words) => {
    expect(() => readAccess(access)).toThrow(words)
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
  expect(readOidc({ ...OIDC, issuer })).toEqual({ ...OIDC, issuer })
})

it.each([
  'http://id.example',
  'id.example',
  'https://id.example?a=b',
  'https://id.example#a',
  'https://me@id.example',
  'ftp://localhost',
])('the provider may not be %s', (issuer) => {
  expect(() => readOidc({ ...OIDC, issuer })).toThrow(/OIDC_ISSUER must be/)
})

it.each([
  'acme',
  'acme.cloudflareaccess.com',
  'https://acme.cloudflareaccess.com',
  'https://ACME.cloudflareaccess.com/',
])('the team %s has one issuer', (teamDomain) => {
  const issuer = 'https://acme.cloudflareaccess.com'
  expect(readAccess({ ...ACCESS, teamDomain })?.issuer).toBe(issuer)
})

it.each([
  'evil.example',
  'a.b.cloudflareaccess.com',
  'acme.cloudflareaccess.com.evil.example',
  'http://acme.cloudflareaccess.com',
  'acme.cloudflareaccess.com/x',
  'a@b',
])('the team may not be %s', (teamDomain) => {
  expect(() => readAccess({ ...ACCESS, teamDomain })).toThrow(/ACCESS_TEAM_DOMAIN/)
})
