import { SignJWT } from 'jose'
import { ASSERTION_TYPE, type Signer, signerOf } from './assertions-by-keys.ts'
import { API, type Json, type TestServer } from './server.ts'
import { audienceOf, type Workload } from './workload-claims.ts'

/** A platform whose keys were uploaded, and a client for which one of its workloads acts. */
export async function federated(
  server: TestServer,
  workload: Workload,
  given: { issuer?: Json; rule?: Json } = {},
) {
  const signer = await signerOf(workload.alg)
  const jwks = { keys: [{ ...signer.jwk, kid: 'platform-1', alg: workload.alg }] }
  const issuer = await server.adminOk('POST', '/issuers', {
    issuer: workload.issuer,
    preset: workload.preset,
    jwks,
    ...(workload.audience === undefined ? {} : { audiences: [workload.audience] }),
    ...given.issuer,
  })
  const issuerId = String(issuer['issuer_id'])
  const client = await clientFor(server, issuerId, { ...workload.rule, ...given.rule })
  return { signer, issuerId, ...client }
}

export async function clientFor(server: TestServer, issuerId: string, rule: Json) {
  const { id } = await server.client({ [API]: 'invoices:read' }, { secret: null })
  const { subject, claims, ...rest } = rule
  const made = await server.adminOk('POST', `/clients/${id}/federated-credentials`, {
    issuer_id: issuerId,
    ...(subject === null || subject === undefined ? {} : { subject }),
    claims: claims ?? {},
    ...rest,
  })
  return { id, credentialId: String(made['credential_id']) }
}

/** A token as the platform gives it to its workload. */
export function workloadToken(
  workload: Workload,
  { alg, privateKey }: Pick<Signer, 'alg' | 'privateKey'>,
  now: number,
  {
    claims = {},
    header = {},
    without = [],
  }: { claims?: Json; header?: Json; without?: string[] } = {},
): Promise<string> {
  const all: Json = {
    iss: workload.issuer,
    aud: audienceOf(workload),
    iat: now,
    nbf: now,
    exp: now + 300,
    jti: crypto.randomUUID(),
    ...workload.claims,
    ...claims,
  }
  for (const name of without) delete all[name]
  return new SignJWT(all).setProtectedHeader({ alg, kid: 'platform-1', ...header }).sign(privateKey)
}

/** The two doors: the token as the client's assertion, and as the grant. */
export const DOORS = {
  client_assertion: (assertion: string): Record<string, string> => ({
    grant_type: 'client_credentials',
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: assertion,
  }),
  grant: (assertion: string): Record<string, string> => ({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion,
  }),
}
