import * as fc from 'fast-check'
import { type AuthorizationServer, ClientSecretBasic } from 'oauth4webapi'
import { expect, it } from 'vitest'
import { formatSecret } from '../../../../src/domain/secret-text.ts'
import { readBearer } from '../../../../src/http/bearer.ts'
import { parseBasic } from '../../../../src/http/oauth/client-authentication/basic.ts'
import { readCredentials } from '../../../../src/http/oauth/client-authentication/methods.ts'
import { parseForm } from '../../../../src/http/oauth/form.ts'
import { base62Text, refusalOf, RUNS } from '../../../domain/arbitraries.ts'

const clientId = base62Text(22).map((id) => `client_${id}`)
const secret = base62Text(43).map((random) => formatSecret('0123456789AB', random))
const SENT = { kind: 'secret', clientId: 'a', secret: 'b' }
const half = fc.string({ unit: 'grapheme', minLength: 1 })

/** Basic credentials of these bytes. */
const basic = (text: string) => {
  const bytes = new TextEncoder().encode(text)
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`
}
const request = (authorization?: string) =>
  new Request('https://auth.example/oauth/token', {
    headers: authorization === undefined ? {} : { authorization },
  })
const read = (authorization: string | undefined, body: string) =>
  readCredentials(request(authorization), parseForm(body))
const refusal = (authorization: string | undefined, body: string) =>
  refusalOf(() => read(authorization, body))

async function fromOauth4webapi(id: string, password: string): Promise<string> {
  const headers = new Headers()
  const server: AuthorizationServer = { issuer: 'https://auth.example' }
  await ClientSecretBasic(password)(server, { client_id: id }, new URLSearchParams(), headers)
  return headers.get('authorization') ?? ''
}

it('reads an id and a secret as curl sends them: raw', () => {
  fc.assert(
    fc.property(clientId, secret, (id, password) => {
      expect(parseBasic(basic(`${id}:${password}`))).toEqual({ clientId: id, secret: password })
    }),
    RUNS,
  )
})

it('reads any id and secret as oauth4webapi sends them: form-encoded, `_ - . ~` too', async () => {
  expect(atob((await fromOauth4webapi('a_-.~', 'b')).slice(6))).toBe('a%5F%2D%2E%7E:b')
  await fc.assert(
    fc.asyncProperty(half, half, async (id, password) => {
      const header = await fromOauth4webapi(id, password)
      expect(parseBasic(header)).toEqual({ clientId: id, secret: password })
    }),
    RUNS,
  )
})

it('keeps every colon but the first for the secret', () => {
  expect(parseBasic(basic('a:b:c:'))).toEqual({ clientId: 'a', secret: 'b:c:' })
})

it('reads the scheme in any case, and any number of spaces after it', () => {
  for (const scheme of ['basic', 'BASIC', 'Basic  ']) {
    expect(parseBasic(`${scheme} ${btoa('a:b')}`)).toEqual({ clientId: 'a', secret: 'b' })
  }
})

const MALFORMED: [string, string][] = [
  ['no credentials', 'Basic'],
  ['only a space', 'Basic '],
  ['another scheme', `Bearer ${btoa('a:b')}`],
  ['no scheme', btoa('a:b')],
  ['no space', `Basic${btoa('a:b')}`],
  ['a tab', `Basic\t${btoa('a:b')}`],
  ['something before', `x Basic ${btoa('a:b')}`],
  ['something after', `Basic ${btoa('a:b')} x`],
  ['two credentials', `Basic ${btoa('a:b')}, Basic ${btoa('a:b')}`],
  ['no colon', basic('ab')],
  ['no id', basic(':b')],
  ['no secret', basic('a:')],
  ['neither', basic(':')],
  ['nothing encoded', basic('')],
  ['credentials that are not encoded', 'Basic a:b'],
  ['a percent sign that begins nothing', basic('a:%')],
  ['half an escape', basic('a%5:b')],
  ['an escape that is no UTF-8', basic('a:%ff')],
  ['an escaped half of a character', basic('a:%ED%A0%80')],
  ['bytes that are no UTF-8', `Basic ${btoa('a:\xff')}`],
  ['base64 without its padding', 'Basic YTpiYg'],
  ['base64 with too much padding', 'Basic YTpi===='],
  ['padding within base64', 'Basic YTpiYg==YTpi'],
  ['a space within base64', 'Basic YTpi YmJi'],
  [
    'the alphabet of base64url',
    `Basic ${btoa('a:???>>>').replaceAll('/', '_').replaceAll('+', '-')}`,
  ],
]

it.each(MALFORMED)('reads nothing from a header with %s', (_, header) => {
  expect(parseBasic(header)).toBeNull()
  expect(refusal(header.trim(), '')).toBe('invalid_client')
})

it('reads from base64 with other unused bits what it stands for, or nothing', () => {
  const expected = [null, { clientId: 'a', secret: 'bb' }]
  for (const last of 'ghijklmnopqrstuv') {
    expect(expected).toContainEqual(parseBasic(`Basic YTpiY${last}==`))
  }
})

it('never throws, whatever the header', () => {
  const encodedBytes = fc
    .uint8Array()
    .map((bytes) => `Basic ${btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(''))}`)
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^Basic [A-Za-z0-9+/]{0,20}={0,3}$/),
    encodedBytes,
    fc.string({ unit: fc.constantFrom('%', ':', '+', 'a', '4', '1', '\u00e9') }).map(basic),
  )
  fc.assert(
    fc.property(anything, (header) => {
      const credentials = parseBasic(header)
      if (credentials === null) return
      expect(credentials.clientId).not.toBe('')
      expect(credentials.secret).not.toBe('')
    }),
    { ...RUNS, numRuns: 2000 },
  )
})

it('reads credentials from the body where there is no header', () => {
  expect(read(undefined, 'client_id=a&client_secret=b')).toEqual(SENT)
})

it('misses what is not there', () => {
  for (const body of ['', 'client_id=a', 'client_secret=b', 'client_id=&client_secret=b']) {
    expect(refusal(undefined, body)).toBe('invalid_client')
  }
})

it('refuses two ways of authenticating at once', () => {
  expect(refusal(basic('a:b'), 'client_id=a&client_secret=b')).toBe('invalid_request')
  expect(refusal(basic('a:b'), 'client_secret=b')).toBe('invalid_request')
  expect(refusal(basic('a:b'), 'client_assertion=x')).toBe('invalid_request')
  expect(refusal(undefined, 'client_id=a&client_secret=b&client_assertion=x')).toBe(
    'invalid_request',
  )
  expect(refusal('Bearer x', 'client_id=a&client_secret=b')).toBe('invalid_request')
})

it('never falls back on the body behind a malformed header', () => {
  for (const header of ['Basic', 'Basic !', 'Digest a', '', 'x']) {
    expect(refusal(header, 'client_id=a&client_secret=b')).toMatch(/^invalid_(request|client)$/)
  }
})

it('takes the same client named in header and body, and refuses another', () => {
  expect(read(basic('a:b'), 'client_id=a')).toEqual(SENT)
  expect(refusal(basic('a:b'), 'client_id=c')).toBe('invalid_request')
})

it('reads a Bearer token, and takes no other scheme for it', () => {
  expect(readBearer(request('Bearer a.b-c_d~e+f/g=='))).toBe('a.b-c_d~e+f/g==')
  expect(readBearer(request('bearer a'))).toBe('a')
  const others = ['Basic a', 'Bearer', 'Bearera', 'Bearer a b', 'Bearer a,b', 'a', 'DPoP a']
  for (const header of others) expect(readBearer(request(header))).toBeNull()
  expect(readBearer(request())).toBeNull()
})
