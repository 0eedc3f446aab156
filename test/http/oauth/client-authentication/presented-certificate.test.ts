import { describe, expect, it } from 'vitest'
import { presentedCertificate } from '../../../../src/http/oauth/client-authentication/presented-certificate.ts'
import { derOf, pemOf, tlsOf } from '../../../support/client-certificates/presented.ts'

const DER = derOf('self')
const [URL_HERE, URL_THERE] = [
  'https://auth.example/oauth/token',
  'https://mtls.example/oauth/token',
]
const EDGE = { mtlsHost: 'mtls.example', provesProxy: null }
const PROXY = { mtlsHost: null, provesProxy: async (secret: string) => secret === 'right' }

const VERDICTS = [
  ['SUCCESS', 'trusted'],
  ['', 'refused'],
  ['success', 'refused'],
  ['NONE', 'refused'],
  ['FAILED', 'refused'],
  ['FAILED:self signed certificate', 'unknown_ca'],
  ['FAILED:self-signed certificate', 'unknown_ca'],
  ['FAILED:unable to get local issuer certificate', 'unknown_ca'],
  ['FAILED:unable to verify the first certificate', 'unknown_ca'],
  ['FAILED:certificate has expired', 'refused'],
  ['xFAILED:self signed certificate', 'refused'],
] as const

describe('a certificate that Cloudflare saw', () => {
  const seen = (
    url: string,
    cf: object | undefined,
    sources: Parameters<typeof presentedCertificate>[1] = EDGE,
  ) => presentedCertificate(new Request(url, { cf } as RequestInit), sources)

  it.each(VERDICTS)('as "%s" is %s', async (verified, chain) => {
    expect(await seen(URL_THERE, tlsOf(DER, verified))).toEqual({ der: DER, chain })
  })

  it('is none on another host, or where there is no such host', async () => {
    expect(await seen(URL_HERE, tlsOf(DER))).toBeNull()
    expect(await seen(URL_THERE, tlsOf(DER), PROXY)).toBeNull()
  })

  it('is none where none was presented', async () => {
    expect(await seen(URL_THERE, undefined)).toBeNull()
    expect(await seen(URL_THERE, {})).toBeNull()
    expect(await seen(URL_THERE, tlsOf(DER, 'SUCCESS', { certPresented: '0' }))).toBeNull()
  })

  it('is refused where it was revoked, and none that can be read where it is left out', async () => {
    const revoked = tlsOf(DER, 'SUCCESS', { certRevoked: '1' })
    expect(await seen(URL_THERE, revoked)).toEqual({ der: DER, chain: 'refused' })
    const without = tlsOf(DER, undefined, { certRFC9440: undefined, certVerified: undefined })
    expect(await seen(URL_THERE, without)).toEqual({ der: '', chain: 'refused' })
  })
})

describe('a certificate that a proxy tells of', () => {
  const told = (
    headers: Record<string, string>,
    sources: Parameters<typeof presentedCertificate>[1] = PROXY,
  ) => presentedCertificate(new Request(URL_HERE, { headers }), sources)
  const RIGHT = { 'client-cert-proxy-secret': 'right', 'client-cert-verified': 'SUCCESS' }

  it.each(VERDICTS)('as "%s" is %s', async (verified, chain) => {
    const headers = { ...RIGHT, 'client-cert': `:${DER}:`, 'client-cert-verified': verified }
    expect(await told(headers)).toEqual({ der: DER, chain })
  })

  it('is believed for the secret of the proxy alone', async () => {
    const sent = { 'client-cert': `:${DER}:`, 'client-cert-verified': 'SUCCESS' }
    expect(await told(sent)).toBeNull()
    expect(await told({ ...sent, 'client-cert-proxy-secret': 'wrong' })).toBeNull()
    expect(await told({ ...RIGHT, ...sent }, EDGE)).toBeNull()
    expect(await told({ ...RIGHT, ...sent })).toEqual({ der: DER, chain: 'trusted' })
  })

  it('is none where the proxy saw none', async () => {
    expect(await told(RIGHT)).toBeNull()
    expect(await told({ ...RIGHT, 'client-cert': '' })).toBeNull()
  })

  it('is refused where the proxy says nothing of it', async () => {
    const headers = { 'client-cert-proxy-secret': 'right', 'client-cert': `:${DER}:` }
    expect(await told(headers)).toEqual({ der: DER, chain: 'refused' })
  })

  const escaped = encodeURIComponent(pemOf('self'))

  it.each([
    ['as nginx escapes it', escaped],
    ['without a last line end', escaped.replace(/%0A$/, '')],
    ['with other line ends', escaped.replaceAll('%0A', '%0D%0A').replace(/%0D%0A$/, '%0A')],
    ['in lower case', escaped.replaceAll('%2B', '%2b').replaceAll('%2F', '%2f')],
    [
      'with fewer escapes',
      escaped.replaceAll('%2B', '+').replaceAll('%2F', '/').replaceAll('%3D', '='),
    ],
  ])('is read from a PEM %s', async (_, text) => {
    expect(await told({ ...RIGHT, 'client-cert': text })).toEqual({ der: DER, chain: 'trusted' })
  })

  it.each([
    ['two of them', `:${DER}:, :${DER}:`],
    ['no colons', DER],
    ['no colon behind it', `:${DER}`],
    ['something before it', `x:${DER}:`],
    ['base64url', ':A_-A:'],
    ['too much padding', ':AAA===:'],
    ['a PEM with something before it', `x${escaped}`],
    ['a PEM with something behind it', `${escaped}x`],
    ['a PEM that is not escaped', pemOf('self').replaceAll('\n', ' ')],
    ['two PEMs', escaped + encodeURIComponent(pemOf('other'))],
    ['two PEMs of two headers', `${escaped}, ${escaped}`],
    ['a PEM with wrong escapes', `${escaped}%`],
    ['more than 20,000 characters', `:${'A'.repeat(20_000)}:`],
  ])('is none that can be read with %s', async (_, text) => {
    expect(await told({ ...RIGHT, 'client-cert': text })).toEqual({ der: '', chain: 'trusted' })
  })

  it('has 20,000 characters at most', async () => {
    const der = 'A'.repeat(19_998)
    expect(await told({ ...RIGHT, 'client-cert': `:${der}:` })).toEqual({ der, chain: 'trusted' })
  })
})
