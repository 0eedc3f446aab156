import { beforeAll, describe, expect, it } from 'vitest'
import type { ClientCertificate, GuardOptions } from '../../src/guard/index.ts'
import { base64url } from '../support/forged-signatures.ts'
import { boundToken, outcomeOf, requestOf } from './bound.ts'

// Only its digest counts: the TLS connection has proven the rest.
const DER = Uint8Array.from({ length: 900 }, (_byte, at) => at % 251)
const OTHER = DER.map((byte) => byte ^ 1)
const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes))
const pemOf = (bytes: Uint8Array) =>
  `-----BEGIN CERTIFICATE-----\n${base64(bytes).replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`

let digest = new Uint8Array()
let bound = { 'x5t#S256': '' }
beforeAll(async () => {
  digest = new Uint8Array(await crypto.subtle.digest('SHA-256', DER))
  bound = { 'x5t#S256': base64url(digest) }
})

const hexOf = (bytes: Uint8Array, between = '') =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(between)

// In base64 it ends in what could be a fingerprint in hex.
const HEXLIKE = Uint8Array.from(atob(`MIID${'abcd0123'.repeat(8)}`), (char) => char.charCodeAt(0))

/** How a token bound to the certificate fares as Bearer, with this one. */
async function outcomeWith(
  certificate: ClientCertificate | Promise<ClientCertificate>,
): Promise<string> {
  const { options, token } = await boundToken(bound)
  const clientCertificate = () => certificate
  const request = requestOf({ authorization: `Bearer ${token}` })
  return outcomeOf(request, { ...options, clientCertificate })
}

describe('a token that is bound to a certificate passes as Bearer', () => {
  it.each<[string, () => ClientCertificate | Promise<ClientCertificate>]>([
    ['DER', () => DER],
    ['DER that is waited for', () => Promise.resolve(DER)],
    ['PEM', () => pemOf(DER)],
    ['PEM behind an empty line', () => `\n ${pemOf(DER)}`],
    ['PEM with others behind it', () => pemOf(DER) + pemOf(OTHER)],
    ['PEM with spaces for line ends, as Apache has it', () => pemOf(DER).replaceAll('\n', ' ')],
    ['PEM as nginx escapes it', () => encodeURIComponent(pemOf(DER))],
    [
      'PEM as AWS escapes a whole chain, without + / and =',
      () => encodeURI(pemOf(DER) + pemOf(OTHER)),
    ],
    ['the header of RFC 9440', () => `:${base64(DER)}:`],
    ['a fingerprint in hex', () => hexOf(digest)],
    ['a fingerprint as Node has it', () => hexOf(digest, ':').toUpperCase()],
  ])('with %s', async (_name, certificate) => {
    expect(await outcomeWith(certificate())).toBe('passes')
  })
})

it('the server knows a token as it issued it: bound to the same certificate', async () => {
  const { options, token, script } = await boundToken(bound)
  const ask = (cnf: object) => {
    script.introspection = () => Response.json({ active: true, scope: 'invoices:read', cnf })
    const request = requestOf({ authorization: `Bearer ${token}` })
    return outcomeOf(request, { ...options, clientCertificate: () => DER })
  }
  expect(await ask(bound)).toBe('passes')
  expect(await ask({ 'x5t#S256': 'a'.repeat(42) + 'A' })).toBe('401 invalid_token')
  expect(await ask({ ...bound, jkt: 'a'.repeat(42) + 'A' })).toBe('401 invalid_token')
})

it('a header of RFC 9440 is none of a fingerprint, though it ends like one', async () => {
  const { options, sign } = await boundToken(bound)
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', HEXLIKE))
  const token = await sign({ cnf: { 'x5t#S256': base64url(hash) } })
  const clientCertificate = () => `:${base64(HEXLIKE)}:`
  const request = requestOf({ authorization: `Bearer ${token}` })
  expect(await outcomeOf(request, { ...options, clientCertificate })).toBe('passes')
})

describe('and is refused', () => {
  it.each<[string, () => ClientCertificate]>([
    ['none', () => undefined],
    ['null', () => null],
    ['an empty header', () => ''],
    ['another', () => OTHER],
    ['another in PEM', () => pemOf(OTHER)],
    ['PEM behind something else', () => `subject=CN=client\n${pemOf(DER)}`],
    ['another first in PEM', () => pemOf(OTHER) + pemOf(DER)],
    ['another first in escaped PEM', () => encodeURIComponent(pemOf(OTHER) + pemOf(DER))],
    ['PEM and, behind a comma, a second header', () => `${pemOf(DER)}, ${pemOf(OTHER)}`],
    ['the same in escaped PEM', () => [DER, OTHER].map(pemOf).map(encodeURIComponent).join(', ')],
    ['two headers of RFC 9440', () => `:${base64(DER)}:, :${base64(OTHER)}:`],
    ['PEM with wrong escapes', () => encodeURIComponent(pemOf(DER)).replace(/%0A$/, '%')],
    ['PEM with escapes that are not UTF-8', () => `${encodeURIComponent(pemOf(DER))}%FF`],
    ['PEM that was escaped twice', () => encodeURIComponent(encodeURIComponent(pemOf(DER)))],
    ['its base64 alone', () => base64(DER)],
    ['the fingerprint of another', () => hexOf(OTHER.slice(0, 32))],
    ['its fingerprint with more before it', () => `ab${hexOf(digest)}`],
    ['its fingerprint with more behind it', () => `${hexOf(digest)}ab`],
    ['a header of RFC 9440 with more before it', () => `a:${base64(DER)}:`],
    ['its thumbprint, which every token shows', () => bound['x5t#S256']],
    ['a header that is no base64', () => ':a:'],
    ['something else', () => 'subject="CN=client"'],
  ])('with %s', async (_name, certificate) => {
    expect(await outcomeWith(certificate())).toBe('401 invalid_token')
  })

  it('under DPoP', async () => {
    const { send } = await boundToken(bound)
    expect(await send({ clientCertificate: () => DER })).toBe('401 invalid_token')
  })
})

describe('the certificate', () => {
  const fromCloudflare = async (tlsClientAuth: object | undefined, more = {}) => {
    const { options, token } = await boundToken(bound)
    const cf = { tlsClientAuth } as RequestInitCfProperties
    const request = new Request(requestOf({ authorization: `Bearer ${token}` }), { cf })
    return outcomeOf(request, { ...options, ...more })
  }

  it('is in Workers the one that Cloudflare saw', async () => {
    const certRFC9440 = `:${base64(DER)}:`
    expect(await fromCloudflare({ certRFC9440 })).toBe('passes')
    // As for one that is too large for a header.
    const byFingerprint = { certRFC9440: '', certFingerprintSHA256: hexOf(digest) }
    expect(await fromCloudflare(byFingerprint)).toBe('passes')
    expect(await fromCloudflare({ certRFC9440: '', certFingerprintSHA256: '' })).toMatch(/^401/)
    expect(await fromCloudflare({ certRFC9440: `:${base64(OTHER)}:` })).toMatch(/^401/)
    expect(await fromCloudflare(undefined)).toMatch(/^401/)
  })

  it('is never taken from a header, unless the options do', async () => {
    const { options, token } = await boundToken(bound)
    const headers = { 'Client-Cert': `:${base64(DER)}:` }
    const ask = (more: Partial<GuardOptions>) =>
      outcomeOf(requestOf({ authorization: `Bearer ${token}`, headers }), { ...options, ...more })
    expect(await ask({})).toBe('401 invalid_token')
    const clientCertificate = (request: Request) => request.headers.get('Client-Cert')
    expect(await ask({ clientCertificate })).toBe('passes')
  })

  it('that Cloudflare saw does not count where the options say another way', async () => {
    const more = { clientCertificate: () => null }
    expect(await fromCloudflare({ certRFC9440: `:${base64(DER)}:` }, more)).toMatch(/^401/)
  })
})

it('a token that is bound both ways needs both', async () => {
  const issuer = await boundToken()
  const token = await issuer.sign({ cnf: { jkt: issuer.key.jkt, ...bound } })
  const { make } = await issuer.makerFor({ token })
  const authorization = `DPoP ${token}`
  const right = { clientCertificate: () => DER }
  const wrong = { clientCertificate: () => OTHER }
  const send = async (more: Partial<GuardOptions>, proof: string | null) =>
    issuer.send(more, { authorization, proof })
  expect(await send(right, await make())).toBe('passes')
  expect(await send(wrong, await make())).toBe('401 invalid_token')
  expect(await send(right, null)).toBe('401 invalid_dpop_proof')
  expect(await send({}, await make())).toBe('401 invalid_token')
})
