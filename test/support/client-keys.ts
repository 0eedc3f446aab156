import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { ISSUER } from '../world/names.ts'

/** The public key of RFC 7517 appendix A.1, for requests of which its private key matters nothing. */
export const PUBLIC_JWK = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
}

export type ClientKey = { jwk: JWK; privateKey: CryptoKey }

/** A key pair as the operator of a client makes it. */
export async function makeClientKey(): Promise<ClientKey> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  return { jwk: await exportJWK(publicKey), privateKey }
}

let assertions = 0

/** The form's fields for a client that proves itself by an assertion (RFC 7523 §2.2). */
export async function assertedBy(
  { privateKey }: ClientKey,
  clientId: string,
  now: number,
  claims: Record<string, unknown> = {},
): Promise<Record<string, string>> {
  const usual = { iss: clientId, sub: clientId, aud: ISSUER, exp: now + 60 }
  const assertion = new SignJWT({ ...usual, jti: `assertion ${++assertions}`, ...claims })
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion.setProtectedHeader({ alg: 'ES256' }).sign(privateKey),
  }
}
