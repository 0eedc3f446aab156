import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { certificateReader } from '../../src/crypto/certificate-reader.ts'
import { RUNS } from '../domain/arbitraries.ts'
import { CERTIFICATES, KEYS } from '../support/client-certificates/made.ts'
import { type CertificateOf, derOf, pemOf } from '../support/client-certificates/presented.ts'

const NAMES = Object.keys(CERTIFICATES) as CertificateOf[]
const FROM = Date.UTC(2026, 0, 1) / 1000
const TO = Date.UTC(2125, 11, 31, 23, 59, 59) / 1000

async function read(name: CertificateOf) {
  const found = await certificateReader.read(derOf(name))
  if (!found) throw new Error(`${name} was not read`)
  return found
}

describe('a certificate that OpenSSL made', () => {
  it.each(NAMES)('has the subject that OpenSSL prints: %s', async (name) => {
    const [subject] = (await read(name)).names.subject_dn
    const printed = CERTIFICATES[name].subject
    expect(subject).toEqual(printed === '' ? undefined : nameFrom(printed))
  })

  it('has each alternative name in its one spelling', async () => {
    expect((await read('exports')).names).toEqual({
      subject_dn: ['CN=exports,O=Example GmbH,C=DE'],
      san_dns: ['exports.example.com', 'second.example'],
      san_uri: ['spiffe://example.com/Exports'],
      san_ip: ['192.0.2.7', '2001:db8::7'],
      san_email: ['Exports@example.com'],
    })
  })

  it('shows an odd subject so that it can be read, and told from every other', async () => {
    expect((await read('odd')).names.subject_dn).toEqual([
      'CN=\\  a\\ +UID=b,1.3.6.1.4.1.32473.1=é,EMAILADDRESS=a@b.example,SERIALNUMBER=00 7,' +
        'O=Ex\\, \\"ample\\" \\+ \\<Co\\>\\; #1,L=Köln,C=DE',
    ])
  })

  it('may have no subject, and a name that the extension alone has', async () => {
    const { names } = await read('nameless')
    expect(names).toMatchObject({ subject_dn: [], san_uri: ['spiffe://example.com/nameless'] })
  })

  it('has its dates, of both kinds', async () => {
    expect(await read('exports')).toMatchObject({ notBefore: FROM, notAfter: TO })
    const { notBefore, notAfter } = await read('expired')
    expect([notBefore, notAfter]).toEqual([
      1_577_836_800,
      Date.UTC(2020, 11, 31, 23, 59, 59) / 1000,
    ])
  })

  it('has the thumbprint of its bytes', async () => {
    const hash = await crypto.subtle.digest('SHA-256', Uint8Array.fromBase64(derOf('self')))
    const { thumbprint } = await read('self')
    expect(Uint8Array.fromBase64(thumbprint, { alphabet: 'base64url' })).toEqual(
      new Uint8Array(hash),
    )
  })
})

function nameFrom(text: string): string {
  const read = certificateReader.readName('subject_dn', text)
  if ('problem' in read) throw new Error(read.problem)
  return read.name
}

describe('what is not a certificate', () => {
  const der = Uint8Array.fromBase64(derOf('exports'))
  const changed = (at: number, to: number) => der.with(at, to).toBase64()

  it.each([
    ['nothing', ''],
    ['no base64', '!!!'],
    ['cut off', der.slice(0, -1).toBase64()],
    ['with a byte more', new Uint8Array([...der, 0]).toBase64()],
    ['another type', changed(0, 0x31)],
    ['a length of BER', changed(1, 0x80)],
    ['a private key', KEYS.exports],
    ['two of them', new Uint8Array([...der, ...der]).toBase64()],
    ['more than ten KiB', new Uint8Array(10_241).toBase64()],
  ])('is not read: %s', async (_, text) => {
    expect(await certificateReader.read(text)).toBeNull()
  })

  it('never throws and never hangs, whatever byte of it is changed', async () => {
    const at = fc.nat({ max: der.length - 1 })
    await fc.assert(
      fc.asyncProperty(at, fc.nat({ max: 255 }), async (where, to) => {
        await certificateReader.read(changed(where, to))
      }),
      { ...RUNS, numRuns: 2000 },
    )
  })
})

describe('a PEM', () => {
  it('is read with any line ends and spaces around it', async () => {
    const pem = `\n  ${pemOf('self').replaceAll('\n', '\r\n')}\n`
    expect(await certificateReader.readPem(pem)).toEqual(await read('self'))
  })

  const key = `-----BEGIN PRIVATE KEY-----\n${KEYS.self}\n-----END PRIVATE KEY-----\n`
  it.each([
    ['a private key beside it', pemOf('self') + key, 'private key'],
    ['a private key', key, 'private key'],
    ['a chain', pemOf('exports') + pemOf('ca'), 'one PEM block'],
    ['a key of another kind', pemOf('self').replaceAll('CERTIFICATE', 'PUBLIC KEY'), 'one PEM'],
    ['another content', pemOf('self').replace('MII', 'MIH'), 'one PEM block'],
    ['nothing', '', 'one PEM block'],
  ])('is refused with %s', async (_, pem, why) => {
    expect(await certificateReader.readPem(pem)).toContain(why)
  })
})
