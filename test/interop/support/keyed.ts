import { exportJWK, exportPKCS8, generateKeyPair, type JWK, SignJWT } from 'jose'
import { type Here, isActive, type Place } from './place.ts'

/** A key pair in each form that a library wants it in. */
export type KeyPair = {
  alg: string
  kid: string
  privateKey: CryptoKey
  privateJwk: JWK
  /** PKCS #8 */
  pem: string
  publicJwk: JWK
}

/** The configuration of a library whose client has a key in place of a secret. */
export type Keyed = Here & { key: KeyPair }

/** Lets in a client whose library signs its assertions otherwise than is accepted by default. */
export type Settings = {
  assertion_audience?: 'issuer_or_token_endpoint'
  replay?: 'until_exp'
}

export async function keyPair(alg: string): Promise<KeyPair> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const named = { alg, kid: `build-${alg}` }
  return {
    ...named,
    privateKey,
    privateJwk: { ...(await exportJWK(privateKey)), ...named },
    pem: await exportPKCS8(privateKey),
    publicJwk: { ...(await exportJWK(publicKey)), ...named },
  }
}

/** The same place for a client that has no secret. */
export async function keyed(
  { worker }: Place,
  here: Here,
  key: KeyPair,
  { replay, ...client }: Settings = {},
): Promise<Keyed> {
  const made = await worker.admin('POST', '/clients', {
    client_name: 'Nightly billing export',
    secret: null,
    permissions: [{ audience: here.audience, permission: 'invoices:read' }],
    ...client,
  })
  const id = String(made['client_id'])
  await worker.admin('POST', `/clients/${id}/keys`, {
    jwk: key.publicJwk,
    ...(replay && { replay }),
  })
  return { ...here, client: { id, secret: '' }, key }
}

/** `a token`, or the first line of the error that the library throws. */
export async function outcomeOf(here: Here, getToken: () => Promise<string>): Promise<string> {
  try {
    return (await isActive(here, await getToken())) ? 'a token' : 'a token that is not active'
  } catch (error) {
    return String(error).split('\n')[0] ?? ''
  }
}

/** An assertion that is kept, as a build's settings keep it, for as long as any is accepted. */
export function madeBeforehand({ issuer, client, key }: Keyed): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const who = { iss: client.id, sub: client.id, aud: issuer, jti: 'kept' }
  return new SignJWT({ ...who, iat: now, exp: now + 300 })
    .setProtectedHeader({ alg: key.alg, kid: key.kid })
    .sign(key.privateKey)
}
