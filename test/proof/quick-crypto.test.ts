import { describe, expect, it } from 'vitest'

const utf8 = (text: string) => new TextEncoder().encode(text)
const hex = (bytes: ArrayBuffer) => Buffer.from(bytes).toString('hex')
const keyOf = (raw: string, hash: string, usages = ['sign']) =>
  crypto.subtle.importKey('raw', utf8(raw), { name: 'HMAC', hash }, false, usages)

describe('hashes that are made at once', () => {
  it.each([
    ['SHA-256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['SHA-1', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ])('are the examples of FIPS 180: %s', async (name, expected) => {
    const padded = utf8('xabcx')
    expect(hex(await crypto.subtle.digest(name, padded.subarray(1, 4)))).toBe(expected)
    expect(hex(await crypto.subtle.digest({ name }, Uint8Array.from(utf8('abc')).buffer))).toBe(
      expected,
    )
  })

  it('are, with a key, the examples of RFC 4231', async () => {
    const data = utf8('what do ya want for nothing?')
    const signed = async (hash: string) =>
      hex(await crypto.subtle.sign('HMAC', await keyOf('Jefe', hash), data))
    expect(await signed('SHA-256')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
    expect(await signed('SHA-512')).toBe(
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554' +
        '9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
    )
  })

  it('are refused with a key that may only verify, which verifies what another one signed', async () => {
    const [signing, verifying] = [
      await keyOf('Jefe', 'SHA-256'),
      await keyOf('Jefe', 'SHA-256', ['verify']),
    ]
    const signature = await crypto.subtle.sign('HMAC', signing, utf8('a'))
    expect(await crypto.subtle.verify('HMAC', verifying, signature, utf8('a'))).toBe(true)
    await expect(crypto.subtle.sign('HMAC', verifying, utf8('a'))).rejects.toThrow(/usage|key/i)
  })
})
