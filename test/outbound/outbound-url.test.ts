import { describe, expect, it, vi } from 'vitest'
import { outboundUrlProblem } from '../../src/outbound/outbound-url.ts'
import { jsonReader } from '../../src/outbound/read-json.ts'

// Keycloak CVE-2026-1180 (SSRF by jwks_uri), CF UAA PR #4000: what a server fetches for others must
// not be its own network, however its address is written.

const RULES = {
  issuer: 'https://auth.example',
  mtlsHost: 'mtls.auth.example',
  allowsLocalhost: false,
}
const HERE = { issuer: 'http://localhost:8787', mtlsHost: null, allowsLocalhost: true }

const REFUSED = [
  'http://publisher.example/keys',
  'ftp://publisher.example/keys',
  'file:///etc/passwd',
  'data:application/json,{"keys":[]}',
  'javascript:alert(1)',
  'publisher.example/keys',
  '//publisher.example/keys',
  '',
  'https://publisher.example:8443/keys',
  'https://publisher.example:80/keys',
  'https://user@publisher.example/keys',
  'https://user:password@publisher.example/keys',
  'https://:password@publisher.example/keys',
  'https://publisher.example@auth.example/keys',
  'https://publisher.example/keys#part',
  'https://publisher.example/keys#',
  'https://127.0.0.1/keys',
  'https://127.1/keys',
  'https://2130706433/keys',
  'https://0x7f000001/keys',
  'https://0x7f.0.0.1/keys',
  'https://0177.0.0.1/keys',
  'https://017700000001/keys',
  'https://127.0.0.1./keys',
  'https://%31%32%37.0.0.1/keys',
  'https://１２７.0.0.1/keys',
  'https://127。0。0。1/keys',
  'https://169.254.169.254/latest/meta-data/',
  'https://10.0.0.1/keys',
  'https://0/keys',
  'https://8.8.8.8/keys',
  'https://[::1]/keys',
  'https://[::]/keys',
  'https://[::ffff:127.0.0.1]/keys',
  'https://[fd00::1]/keys',
  'https://[2606:4700::1111]/keys',
  'https://localhost/keys',
  'https://LOCALHOST/keys',
  'https://localhost./keys',
  'https://app.localhost/keys',
  'https://publisher/keys',
  'https://com./keys',
  'https://publisher.example./keys',
  'https://publisher..example/keys',
  'https://.publisher.example/keys',
  'https://printer.local/keys',
  'https://printer.LOCAL/keys',
  'https://metadata.google.internal/keys',
  'https://nas.home.arpa/keys',
  'https://router.lan/keys',
  'https://wiki.corp/keys',
  'https://host.localdomain/keys',
  'https://auth.example/.well-known/jwks.json',
  'https://AUTH.example/keys',
  'https://auth.example:443/keys',
  'https://mtls.auth.example/keys',
  'https://auth.exampl%65/keys',
  'https://publisher.example\\@auth.example/keys',
  'https:\\\\publisher.example\\keys',
  'https://publisher.example/ keys',
  ' https://publisher.example/keys',
  'https://publisher.example/keys\n',
  'https://publi\tsher.example/keys',
  'https://publisher.example/\u0000',
  `https://publisher.example/${'a'.repeat(1000)}`,
]

describe('an address that others chose', () => {
  it.each(REFUSED)('is not fetched: %j', async (url) => {
    const fetched = vi.spyOn(globalThis, 'fetch')
    await expect(jsonReader(RULES)(url)).rejects.toThrow(/^its URL must /)
    expect(fetched).not.toHaveBeenCalled()
    fetched.mockRestore()
  })

  const OWN = 'must not be on the host of this server'
  const BEYOND = 'must have no spaces, backslashes or characters beyond ASCII'
  const NO_ADDRESS = 'must have a name as its host, not an IP address'
  const EMPTY = 'must have a host without empty labels and without a final dot'
  const PUBLIC = 'must have a public name as its host'

  it.each([
    [`https://publisher.example/${'a'.repeat(974)}`, null],
    [`https://publisher.example/${'a'.repeat(975)}`, 'must have at most 1000 characters'],
    ['https://publisher.example/ ', BEYOND],
    ['https://publisher.example/ä', BEYOND],
    ['https:\\\\publisher.example', BEYOND],
    ['publisher.example', 'must be an absolute URL'],
    ['https://user@publisher.example', 'must have no user and no password'],
    ['https://:word@publisher.example', 'must have no user and no password'],
    ['https://publisher.example#', 'must have no fragment'],
    ['http://publisher.example', 'must be an https URL'],
    ['https://publisher.example:8443', 'must have no port: it is 443'],
    ['https://[::1]', NO_ADDRESS],
    ['https://127.1', NO_ADDRESS],
    ['https://a..example', EMPTY],
    ['https://a.example.', EMPTY],
    ['https://publisher', PUBLIC],
    ['https://a.private', PUBLIC],
    ['https://a.intranet', PUBLIC],
    ['https://home.arpa', PUBLIC],
    ['https://local.arpa', null],
    ['https://auth.example/a', OWN],
    ['https://mtls.auth.example/a', OWN],
  ])('of %s is said what is wrong: %s', (url, says) => {
    expect(outboundUrlProblem(url, RULES)).toBe(says)
  })

  it.each([
    'https://publisher.example/keys',
    'https://publisher.example:443/keys',
    'https://PUBLISHER.example/keys?a=b@c',
    'https://publisher.example',
    'https://login.publisher.example/a/b/%20/keys',
    'https://localhost.example/keys',
    'https://internal.example/keys',
    'https://10.publisher.example/keys',
    'https://notauth.example/keys',
    'https://xn--bcher-kva.example/keys',
  ])('may be fetched: %s', (url) => {
    expect(outboundUrlProblem(url, RULES)).toBeNull()
  })
})

describe('an address on this machine, where development lets it through', () => {
  it.each(['http://localhost:9999/keys', 'http://127.0.0.1:1/keys', 'http://[::1]:1/keys'])(
    'may be fetched: %s',
    (url) => {
      expect(outboundUrlProblem(url, HERE)).toBeNull()
      expect(outboundUrlProblem(url, { ...HERE, allowsLocalhost: false })).not.toBeNull()
    },
  )

  it.each([
    'http://localhost:8787/keys',
    'http://publisher.example/keys',
    'http://10.0.0.1/keys',
    'http://user@localhost:9999/keys',
    'https://localhost:9999/keys',
  ])('is not fetched: %s', (url) => {
    expect(outboundUrlProblem(url, HERE)).not.toBeNull()
  })
})
