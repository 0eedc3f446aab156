import { createPublicKey, randomUUID } from 'node:crypto'
import { DPOP_ALGORITHMS } from '../domain/dpop.ts'
import { readSigningKey, signedJwt, type SigningKey } from './signing-key.ts'
import { usageFailure } from './failure.ts'

/** Reads the private key that a token is to be bound to (RFC 9449). */
export function readProofKey(file: string): SigningKey {
  const key = readSigningKey(file)
  if (DPOP_ALGORITHMS.some((one) => one === key.algorithm)) return key
  throw usageFailure(`${file} is for ${key.algorithm}, which no proof is signed with.`)
}

/** A new proof of possession for a token request (RFC 9449 §4.2); `nonce` where the server gave one. */
export function proofFor(signer: SigningKey, url: string, nonce: string | null): string {
  const jwk = createPublicKey(signer.key).export({ format: 'jwk' })
  const header = { typ: 'dpop+jwt', alg: signer.algorithm, jwk }
  const claims = { htm: 'POST', htu: url, iat: Math.floor(Date.now() / 1000), jti: randomUUID() }
  return signedJwt(signer, header, nonce === null ? claims : { ...claims, nonce })
}
