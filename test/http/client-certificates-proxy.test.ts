import { describe, expect, it } from 'vitest'
import {
  type CertificateOf,
  derOf,
  pemOf,
  SELF_SIGNED,
} from '../support/client-certificates/presented.ts'
import {
  ask,
  PROXY,
  PROXY_SECRET,
  startedWithCertificates,
  toldByProxy,
  type ToldFields,
  withCertificate,
} from '../support/client-certificates/server.ts'

const MISSING = 'Client authentication is missing.'
const INVALID = 'The client certificate is not valid for this client_id.'

describe('behind a proxy that proves itself', () => {
  it.each(['exports', 'self'] as const)('a client gets a token: %s', async (name) => {
    const { server, client } = await startedWithCertificates(PROXY)
    expect((await ask(server, client, { headers: toldByProxy(name) })).status).toBe(200)
  })

  it('the certificate may be PEM, as nginx escapes it', async () => {
    const { server, client } = await startedWithCertificates(PROXY)
    const headers = toldByProxy('exports', { certificate: escapedPem('exports') })
    expect((await ask(server, client, { headers })).status).toBe(200)
  })

  it.each<[string, ToldFields]>([
    ['another of the same CA', { certificate: `:${derOf('other')}:` }],
    ['a chain that failed', { verified: 'FAILED:certificate has expired' }],
    ['a CA that is not known', { verified: SELF_SIGNED }],
    ['no verdict', { verified: '' }],
    ['two verdicts', { verified: 'SUCCESS, SUCCESS' }],
    ['two certificates', { certificate: `:${derOf('other')}:, :${derOf('exports')}:` }],
    ['two in PEM', { certificate: escapedPem('exports') + escapedPem('exports') }],
    ['base64 alone', { certificate: derOf('exports') }],
    ['half a byte sequence', { certificate: `:${derOf('exports')}` }],
    ['PEM that is not escaped', { certificate: pemOf('exports').replaceAll('\n', ' ') }],
    ['an escape that is not one', { certificate: escapedPem('exports').replace('%0A', '%') }],
    ['garbage', { certificate: ':AAAA:' }],
    ['far too much', { certificate: `:${'A'.repeat(20_000)}:` }],
  ])('it is refused with %s', async (_, fields) => {
    const { server, client } = await startedWithCertificates(PROXY)
    const response = await ask(server, client, { headers: toldByProxy('exports', fields) })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error_description: INVALID })
  })

  it('a client without a certificate has none, whatever the proxy itself presents', async () => {
    const { server, client } = await startedWithCertificates({ ...PROXY, mtlsHost: 'auth.example' })
    const headers = { 'Client-Cert-Proxy-Secret': PROXY_SECRET, 'Client-Cert-Verified': 'NONE' }
    const response = await ask(server, client, { headers, cf: withCertificate('exports') })
    expect(await response.json()).toMatchObject({ error_description: MISSING })
  })
})

function escapedPem(name: CertificateOf): string {
  return encodeURIComponent(pemOf(name))
}

describe('headers of a caller count for nothing', () => {
  const forged = { headers: toldByProxy('exports') }

  it.each<[string, Record<string, string>]>([
    ['without the secret', { 'Client-Cert': `:${derOf('exports')}:` }],
    ['with an empty secret', toldByProxy('exports', { secret: '' })],
    ['with another', toldByProxy('exports', { secret: `${PROXY_SECRET}x` })],
    ['with a part of it', toldByProxy('exports', { secret: PROXY_SECRET.slice(0, -1) })],
    ['with it in another case', toldByProxy('exports', { secret: PROXY_SECRET.toUpperCase() })],
    ['with it twice', toldByProxy('exports', { secret: `${PROXY_SECRET}, ${PROXY_SECRET}` })],
  ])('%s', async (_, headers) => {
    const { server, client } = await startedWithCertificates(PROXY)
    const sent = { 'Client-Cert-Verified': 'SUCCESS', ...headers }
    const response = await ask(server, client, { headers: sent })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error_description: MISSING })
  })

  it.each([undefined, '', PROXY_SECRET.slice(0, 31), `${PROXY_SECRET} x`])(
    'where the secret of the proxy is %j',
    async (secret) => {
      const vars = secret === undefined ? {} : { CLIENT_CERTIFICATE_PROXY_SECRET: secret }
      const { server, client } = await startedWithCertificates({ env: vars })
      const headers = toldByProxy('exports', { secret: secret ?? PROXY_SECRET })
      const response = await ask(server, client, { headers })
      expect(await response.json()).toMatchObject({ error_description: MISSING })
    },
  )

  it('nor do they hide the certificate of the connection', async () => {
    const { server, client } = await startedWithCertificates()
    const cf = withCertificate('other')
    expect((await ask(server, client, { ...forged, cf })).status).toBe(401)
    const right = { ...forged, cf: withCertificate('exports') }
    expect((await ask(server, client, right)).status).toBe(200)
  })
})
