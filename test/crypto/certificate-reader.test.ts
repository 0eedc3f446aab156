import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { certificateReader } from '../../src/crypto/certificate-reader.ts'
import { RUNS } from '../domain/arbitraries.ts'
import { CERTIFICATES, KEYS } from '../support/client-certificates/made.ts'
import {
  alternativeNames,
  attribute,
  built,
  type Bytes,
  extensions,
  FIELDS,
  sequence,
  signed,
  text,
  value,
} from '../support/client-certificates/built.ts'
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

const OID = Uint8Array.fromHex('0603550403')
const twoValues = () => attribute(text(0x0c, 'a'), OID, text(0x0c, 'b'))
const dates = (from: string) => sequence(text(0x17, from), text(0x17, '270101000000Z'))

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

const readBuilt = (bytes: Bytes) => certificateReader.read(bytes.toBase64())

describe('a certificate that no tool would make', () => {
  const NAME = text(0x82, 'a.example')

  it('is read without a version, and with extensions that say nothing here', async () => {
    const other = sequence(Uint8Array.fromHex('0603551d0f'), value(0x04))
    for (const bytes of [built(), built({ version: null }), built({}, extensions(other))]) {
      const names = { subject_dn: ['CN=built'], san_dns: [], san_uri: [], san_ip: [] }
      expect(await readBuilt(bytes)).toMatchObject({ names })
    }
  })

  it('has the names of a critical extension, and none of a kind that is not registered', async () => {
    const critical = sequence(
      Uint8Array.fromHex('0603551d11'),
      Uint8Array.fromHex('0101ff'),
      value(0x04, sequence(text(0x88, 'other'), NAME)),
    )
    const read = await readBuilt(built({}, extensions(critical)))
    expect(read?.names.san_dns).toEqual(['a.example'])
  })

  it.each([
    ['nothing signed', signed(sequence())],
    ['no signature', sequence(sequence(...Object.values(FIELDS)), FIELDS.algorithm)],
    ['nothing but what is signed', sequence(sequence(...Object.values(FIELDS)))],
    ['a part more', sequence(FIELDS.key, FIELDS.key, FIELDS.key, FIELDS.key)],
    ['a part behind its signature', signed(sequence(...Object.values(FIELDS)), OID)],
    ['no key', built({ key: null })],
    ['no dates', built({ validity: sequence() })],
    ['no end', built({ validity: sequence(text(0x17, '260101000000Z')) })],
    ['a date that does not exist', built({ validity: dates('260230000000Z') })],
    ['an attribute without a value', built({ subject: sequence(value(0x31, sequence(OID))) })],
    ['an attribute with two', built({ subject: sequence(twoValues()) })],
    ['alternative names twice', built({}, extensions(alternativeNames(NAME), alternativeNames()))],
    ['an address of five bytes', built({}, extensions(alternativeNames(text(0x87, '12345'))))],
    ['a name beyond ASCII', built({}, extensions(alternativeNames(text(0x82, 'bücher.example'))))],
  ])('is not read with %s', async (_, bytes) => {
    expect(await readBuilt(bytes)).toBeNull()
  })

  it('has 10,240 bytes at most', async () => {
    const padded = (length: number) => built({}, value(0x04, new Uint8Array(length)))
    const rest = 10_240 - padded(10_000).length + 10_000
    const [largest, tooLarge] = [padded(rest), padded(rest + 1)]
    expect([largest.length, tooLarge.length]).toEqual([10_240, 10_241])
    expect(await readBuilt(largest)).not.toBeNull()
    expect(await readBuilt(tooLarge)).toBeNull()
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
    ['a private key of RSA', key.replaceAll('PRIVATE', 'RSA PRIVATE'), 'private key'],
    ['a chain', pemOf('exports') + pemOf('ca'), 'one PEM block'],
    ['a key of another kind', pemOf('self').replaceAll('CERTIFICATE', 'PUBLIC KEY'), 'one PEM'],
    ['another content', pemOf('self').replace('MII', 'MIH'), 'one PEM block'],
    ['nothing', '', 'one PEM block'],
    ['an empty block', pemOf('self').replace(/(-\n)[^-]+(\n-)/, '$1 $2'), 'one PEM block'],
  ])('is refused with %s', async (_, pem, why) => {
    expect(await certificateReader.readPem(pem)).toContain(why)
  })
})
