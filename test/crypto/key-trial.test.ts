import { describe, expect, it } from 'vitest'
import { tryKey } from '../../src/crypto/key-trial.ts'
import { type KeyWrapping, keyWrapping } from '../../src/crypto/key-wrapping.ts'
import { signingKeyMaker } from '../../src/crypto/signing-key-maker.ts'
import { ALGORITHMS } from '../../src/domain/signing-key.ts'
import { rings } from './rings.ts'

const wrapping = keyWrapping(rings.before)

describe.each(ALGORITHMS)('a key of %s that is tried', (algorithm) => {
  const make = async () => ({ ...(await signingKeyMaker(wrapping).make(algorithm)), algorithm })

  it('is good where it signs what its public key verifies', async () => {
    expect(await tryKey(wrapping, await make())).toBeNull()
  })

  it('is refused where its private key is another’s, though it was wrapped by us', async () => {
    const [key, other] = [await make(), await make()]
    const isMine = { ...key, publicJwk: other.publicJwk }
    const why = 'what it signs does not verify by its public key'
    expect(await tryKey(wrapping, isMine)).toBe(why)
  })

  it('is refused where it cannot be unwrapped, or is of the other algorithm', async () => {
    const key = await make()
    const cut = { ...key, wrappedKey: key.wrappedKey.slice(0, -4) }
    const other = ALGORITHMS.find((name) => name !== algorithm) ?? algorithm
    const bad = [cut, { ...key, algorithm: other }, { ...key, publicJwk: '{}' }]
    for (const one of bad)
      expect(await tryKey(wrapping, one)).toMatch(/^it cannot be unwrapped, or/)
  })

  it('is not called bad where nobody can tell', async () => {
    const key = await make()
    const down = { ...wrapping, unwrap: () => Promise.reject(new Error('out of memory')) }
    await expect(tryKey(down, key)).rejects.toMatchObject({
      what: 'signing_key',
      message: expect.stringContaining('it cannot be tried (Error)'),
    })
  })
})

it('is tried when it is made: one that cannot be used is not made', async () => {
  const broken: KeyWrapping = { ...wrapping, wrap: async () => '1.none.none' }
  await expect(signingKeyMaker(broken).make('ES256')).rejects.toThrow(
    'the key that was made is bad',
  )
})
