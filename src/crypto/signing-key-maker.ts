import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { SigningKeyMaker } from '../domain/ports.ts'
import type { KeyWrapping } from './key-wrapping.ts'

/** New signing keys. The `kid` is the key's thumbprint (RFC 7638): one name, one key, for good. */
export function signingKeyMaker(wrapping: KeyWrapping): SigningKeyMaker {
  return {
    async make(algorithm) {
      const options = { extractable: true, modulusLength: 2048 }
      const { publicKey, privateKey } = await generateKeyPair(algorithm, options)
      const jwk = await exportJWK(publicKey)
      const kid = await calculateJwkThumbprint(jwk)
      const wrappedKey = await wrapping.wrap(privateKey, kid)
      return { kid, publicJwk: JSON.stringify(jwk), wrappedKey }
    },
  }
}
