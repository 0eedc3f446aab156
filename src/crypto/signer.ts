import { SignJWT } from 'jose'
import { Unavailable } from '../domain/errors.ts'
import type { Signer, SigningKeys } from '../domain/ports.ts'
import type { Algorithm } from '../domain/signing-key.ts'
import type { KeyWrapping } from './key-wrapping.ts'

type UsableKey = { key: CryptoKey; algorithm: Algorithm }

/** Signs access tokens (RFC 9068 §2.1) with keys that are unwrapped once an isolate. */
export function joseSigner(signingKeys: SigningKeys, wrapping: KeyWrapping): Signer {
  const usable = new Map<string, UsableKey>()
  const load = async (kid: string): Promise<UsableKey> => {
    const known = usable.get(kid)
    if (known) return known
    const stored = (await signingKeys.all()).find((key) => key.kid === kid)
    if (!stored) throw new Unavailable('signing_key', 'the active key is not in D1')
    const { algorithm, wrappedKey } = stored
    const key = await unwrapped(wrapping, wrappedKey, kid, algorithm)
    usable.set(kid, { key, algorithm })
    return { key, algorithm }
  }
  return {
    async load(kid) {
      await load(kid)
    },
    async sign(claims, kid) {
      const { key, algorithm } = await load(kid)
      const header = { alg: algorithm, typ: 'at+jwt', kid }
      return new SignJWT(claims).setProtectedHeader(header).sign(key)
    },
  }
}

async function unwrapped(
  wrapping: KeyWrapping,
  wrappedKey: string,
  kid: string,
  algorithm: Algorithm,
): Promise<CryptoKey> {
  try {
    return await wrapping.unwrap(wrappedKey, kid, algorithm)
  } catch (error) {
    // A garbled row, or a wrapping key of another version or deployment: nothing is signed with it.
    const why = error instanceof Error ? error.message : 'unknown error'
    throw new Unavailable('signing_key', `it cannot be unwrapped (${why})`)
  }
}
