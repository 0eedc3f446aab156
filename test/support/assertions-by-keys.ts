import { exportJWK, exportSPKI, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose'
import { API, ISSUER, type Json, type TestServer } from './server.ts'

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export type Signer = { alg: string; privateKey: CryptoKey; jwk: Json; pem: string }

export async function signerOf(alg: string): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, privateKey, jwk: await exportJWK(publicKey), pem: await exportSPKI(publicKey) }
}

/** A client without a secret, with this public key. */
export async function clientWithKey(
  server: TestServer,
  signer: Signer,
  {
    scopes = { [API]: 'invoices:read' },
    client = {},
    key = {},
  }: { scopes?: Record<string, string>; client?: Json; key?: Json } = {},
) {
  const { id } = await server.client(scopes, { secret: null, ...client })
  const jwk = { ...signer.jwk, alg: signer.alg }
  const made = await server.adminOk('POST', `/clients/${id}/keys`, { jwk, ...key })
  return { id, keyId: String(made['key_id']), kid: String(made['kid']) }
}

type Given = { claims?: Json; header?: Partial<JWTHeaderParameters>; without?: string[] }

/** As a library would make it at `now`, but for what is given. */
export async function assertionBy(
  { alg, privateKey }: Pick<Signer, 'alg' | 'privateKey'>,
  clientId: string,
  now: number,
  { claims = {}, header = {}, without = [] }: Given = {},
): Promise<string> {
  const all: Json = {
    iss: clientId,
    sub: clientId,
    aud: ISSUER,
    jti: crypto.randomUUID(),
    iat: now,
    exp: now + 60,
    ...claims,
  }
  for (const name of without) delete all[name]
  return new SignJWT(all).setProtectedHeader({ alg, ...header }).sign(privateKey)
}

export function askWith(
  server: TestServer,
  assertion: string,
  fields: Record<string, string> = {},
) {
  return server.form('/oauth/token', {
    grant_type: 'client_credentials',
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: assertion,
    ...fields,
  })
}
