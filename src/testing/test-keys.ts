import { exportJWK, generateKeyPair, type JWK } from 'jose'

export type TestKey = { kid: string; privateKey: CryptoKey; publicKey: CryptoKey; jwk: JWK }

/** The one that is published. */
export const OWN_KEY = 'test-key'

const made = new Map<string, TestKey>()

/**
 * The key of this name, made when first asked for: workerd has no random numbers before a request
 * or test. Test issuers of a URL share it: the guard remembers their keys for five minutes.
 */
export async function testKey(issuer: string, kid: string): Promise<TestKey> {
  const name = `${issuer} ${kid}`
  const known = made.get(name)
  if (known) return known
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }
  // Another call may have made a key meanwhile and signed with it: that one is kept.
  const key = made.get(name) ?? { kid, privateKey, publicKey, jwk }
  made.set(name, key)
  return key
}
