import { constants, createPrivateKey, type KeyObject, sign } from 'node:crypto'
import type { AssertionAlgorithm } from '../domain/public-key.ts'
import { usageFailure } from './failure.ts'
import { jwkIn } from './keys/key-text.ts'
import { textOf } from './text-file.ts'

/** A private key of a client, and what it signs with. */
export type SigningKey = { key: KeyObject; kid: string | undefined; algorithm: AssertionAlgorithm }

const ALGORITHMS: Record<AssertionAlgorithm, { hash: string | null; more: object }> = {
  ES256: { hash: 'sha256', more: { dsaEncoding: 'ieee-p1363' } },
  ES384: { hash: 'sha384', more: { dsaEncoding: 'ieee-p1363' } },
  EdDSA: { hash: null, more: {} },
  PS256: {
    hash: 'sha256',
    more: {
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    },
  },
  RS256: { hash: 'sha256', more: {} },
  RS384: { hash: 'sha384', more: {} },
}

/** By the type of the key, or its curve. */
const OF_KEY: Record<string, AssertionAlgorithm[]> = {
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  ed25519: ['EdDSA'],
  rsa: ['RS256', 'PS256', 'RS384'],
}

/** Reads a private key as PEM or JWK. The algorithm is what a JWK says, or the usual one. */
export function readSigningKey(file: string): SigningKey {
  const text = textOf(file)
  const jwk = jwkIn(text)
  const key = keyIn(text, jwk, file)
  const { asymmetricKeyType: type = '', asymmetricKeyDetails: details } = key
  const possible = OF_KEY[details?.namedCurve ?? type] ?? []
  const said = jwk?.['alg'] === 'Ed25519' ? 'EdDSA' : jwk?.['alg']
  const algorithm = possible.find((one) => one === (said ?? possible[0]))
  if (!algorithm) throw usageFailure(`${file} is a key of a kind that is not accepted here.`)
  return { key, kid: typeof jwk?.['kid'] === 'string' ? jwk['kid'] : undefined, algorithm }
}

function keyIn(text: string, jwk: Record<string, unknown> | null, file: string): KeyObject {
  try {
    return createPrivateKey(jwk ? { key: jwk, format: 'jwk' } : text)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw usageFailure(`${file} is not a private key as PEM or JWK without a passphrase.`)
  }
}

export function signedJwt({ key, algorithm }: SigningKey, header: object, claims: object): string {
  const input = [header, claims].map(encoded).join('.')
  const { hash, more } = ALGORITHMS[algorithm]
  return `${input}.${sign(hash, Buffer.from(input), { key, ...more }).toString('base64url')}`
}

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
