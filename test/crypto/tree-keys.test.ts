import { describe, expect, it } from 'vitest'
import { treeKeys } from '../../src/crypto/tree-keys.ts'
import { utf8 } from '../../src/platform/bytes.ts'
import { rings } from './rings.ts'

const BYTES = utf8('a checkpoint')
const keys = treeKeys(rings.before)

async function isSigned(publicKey: string, signature: Uint8Array): Promise<boolean> {
  const raw = Uint8Array.fromBase64(publicKey)
  const key = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify'])
  return crypto.subtle.verify('Ed25519', key, new Uint8Array(signature), BYTES)
}

describe('the key of the audit tree', () => {
  it('signs what its public key verifies', async () => {
    const key = await keys.make()
    expect(await isSigned(key.publicKey, await keys.sign(key, BYTES))).toBe(true)
    expect(await isSigned((await keys.make()).publicKey, await keys.sign(key, BYTES))).toBe(false)
  })

  it('is wrapped again for a new version of the secret, once, and is the same key', async () => {
    const key = await keys.make()
    expect(key.wrappedKey).toMatch(/^1\./)
    expect(await keys.rewrapped(key)).toBeNull()
    const again = await treeKeys(rings.rotating).rewrapped(key)
    expect(again).toEqual({
      publicKey: key.publicKey,
      wrappedKey: expect.stringMatching(/^2\./) as unknown,
    })
    const after = treeKeys(rings.after)
    const [signature] = [again && (await after.sign(again, BYTES))]
    expect(signature && (await isSigned(key.publicKey, signature))).toBe(true)
    expect(again && (await after.rewrapped(again))).toBeNull()
  })

  it('is no other that somebody put in its place', async () => {
    const [key, other] = [await keys.make(), await keys.make()]
    const moved = { ...key, wrappedKey: other.wrappedKey }
    const outage = {
      what: 'signing_key',
      message: expect.stringMatching(/the key of the audit tree cannot be used \(.+\)$/) as unknown,
    }
    await expect(keys.sign(moved, BYTES)).rejects.toMatchObject(outage)
    await expect(treeKeys(rings.after).sign(key, BYTES)).rejects.toMatchObject(outage)
    await expect(
      treeKeys(rings.foreign).rewrapped({ ...key, wrappedKey: `9${key.wrappedKey.slice(1)}` }),
    ).rejects.toMatchObject(outage)
  })
})
