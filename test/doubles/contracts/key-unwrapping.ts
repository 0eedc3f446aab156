import { describe, expect, it } from 'vitest'
import { keyWrapping } from '../../../src/crypto/key-wrapping.ts'
import { signingKeyMaker } from '../../../src/crypto/signing-key-maker.ts'
import { rings } from '../../crypto/rings.ts'

/** Puts itself in the place of `crypto.subtle.unwrapKey`, until the answer takes it away again. */
export type TakePlace = () => () => void

/**
 * The behaviour that the server relies on when it unwraps a signing key (Web Crypto, unwrapKey).
 */
export function keyUnwrappingContract(name: string, takePlace: TakePlace): void {
  const wrapping = keyWrapping(rings.before)

  async function unwrapped(change: (made: { kid: string; text: string }) => void = () => {}) {
    const { kid, wrappedKey } = await signingKeyMaker(wrapping).make('ES256')
    const made = { kid, text: wrappedKey }
    change(made)
    const undo = takePlace()
    try {
      return await wrapping.unwrap(made.text, made.kid, 'ES256')
    } finally {
      undo()
    }
  }

  describe(`${name} unwraps as the server knows it`, () => {
    it('answers a key that signs and cannot be read', async () => {
      const key = await unwrapped()
      expect([key.type, key.extractable, key.usages]).toEqual(['private', false, ['sign']])
      const how = { name: 'ECDSA', hash: 'SHA-256' }
      const signature = await crypto.subtle.sign(how, key, new Uint8Array(1))
      expect(signature.byteLength).toBe(64)
    })

    it('rejects a key under the id of another', async () => {
      await expect(unwrapped((made) => void (made.kid = 'another'))).rejects.toThrow()
    })

    it('rejects a key that was cut', async () => {
      await expect(unwrapped((made) => void (made.text = made.text.slice(0, -4)))).rejects.toThrow()
    })
  })
}
