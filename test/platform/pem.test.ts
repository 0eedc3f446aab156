import { describe, expect, it } from 'vitest'
import { hasPrivatePem, onlyPemBlock, pemBlocks } from '../../src/platform/pem.ts'

const block = (label: string, body: string) =>
  `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`
const CERTIFICATE = block('CERTIFICATE', 'MIIB\nAQ==')

describe('blocks of PEM', () => {
  it('are read in their order, whatever white space is in and around them', () => {
    const text = `\n${CERTIFICATE.replaceAll('\n', '\r\n')} ${block('CERTIFICATE', '\tMIIC ')}`
    expect(pemBlocks(text, 'CERTIFICATE')).toEqual(['MIIBAQ==', 'MIIC'])
  })

  it.each([
    ['no block', ''],
    ['a block of another label', block('PUBLIC KEY', 'MIIB')],
    ['something before it', `x${CERTIFICATE}`],
    ['something behind it', `${CERTIFICATE}x`],
    ['something between two', `${CERTIFICATE},${CERTIFICATE}`],
    ['another kind of block beside it', CERTIFICATE + block('PUBLIC KEY', 'MIIB')],
    ['a block that does not end', '-----BEGIN CERTIFICATE-----\nMIIB\n'],
    ['a block within a block', block('CERTIFICATE', CERTIFICATE)],
    ['base64url', block('CERTIFICATE', 'A_-A')],
    ['headers', block('CERTIFICATE', 'Proc-Type: 4,ENCRYPTED\n\nMIIB')],
  ])('are none in a text with %s', (_, text) => {
    expect(pemBlocks(text, 'CERTIFICATE')).toBeNull()
    expect(onlyPemBlock(text, 'CERTIFICATE')).toBeNull()
  })

  it('are one alone where there is no second', () => {
    expect(onlyPemBlock(CERTIFICATE, 'CERTIFICATE')).toBe('MIIBAQ==')
    expect(onlyPemBlock(CERTIFICATE + CERTIFICATE, 'CERTIFICATE')).toBeNull()
  })
})

it.each([
  block('PRIVATE KEY', 'MIIE'),
  block('EC PRIVATE KEY', 'MIIE'),
  block('PGP PRIVATE KEY BLOCK', 'MIIE'),
  '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----',
  '-----END OPENSSH PRIVATE KEY-----',
])('a private key is noticed in %j', (text) => {
  expect(hasPrivatePem(`x ${text}`)).toBe(true)
})

it('none is noticed in a certificate, a public key or a sentence', () => {
  const texts = [CERTIFICATE, block('PUBLIC KEY', 'MIIB'), 'Keep the PRIVATE KEY where it is.']
  expect(texts.map(hasPrivatePem)).toEqual([false, false, false])
})
