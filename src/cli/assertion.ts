import { randomUUID } from 'node:crypto'
import { readSigningKey, signedJwt, type SigningKey } from './signing-key.ts'

/** A client with its private key. */
export type KeyedClient = SigningKey & { clientId: string }

const LIFETIME = 60

export function readKeyedClient(clientId: string, file: string): KeyedClient {
  return { clientId, ...readSigningKey(file) }
}

/** A new assertion (RFC 7523 §3): the server accepts each once. */
export function assertionFor(client: KeyedClient, issuer: string): string {
  const { clientId, kid, algorithm } = client
  const now = Math.floor(Date.now() / 1000)
  const own = { iss: clientId, sub: clientId, aud: issuer }
  const claims = { ...own, iat: now, exp: now + LIFETIME, jti: randomUUID() }
  return signedJwt(client, { alg: algorithm, kid, typ: 'JWT' }, claims)
}
