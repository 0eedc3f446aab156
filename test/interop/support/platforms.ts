import { SignJWT } from 'jose'
import { WORKLOADS, type Workload } from '../../support/workload-claims.ts'
import { type KeyPair, keyPair } from './keyed.ts'
import type { Here, Place } from './place.ts'

type Claims = Record<string, unknown>

/** A platform that the server trusts by its uploaded keys. */
export type Platform = { workload: Workload; issuerId: string; key: KeyPair }

/** The configuration of a library whose client is one workload of a platform. */
export type Hosted = Here & { platform: Platform; subject: string }

/** A service that signs its own assertions, as `x/oauth2/jwt` does: its issuer is the service itself. */
const SELF_SIGNED: Workload = {
  preset: 'custom',
  issuer: 'https://robots.example.com',
  alg: 'RS256',
  claims: {},
  rule: { subject: 'nightly-export', claims: {} },
}

const NAMED: Record<string, Workload> = { ...WORKLOADS, 'its own key': SELF_SIGNED }

export async function trust({ worker }: Place, name: string): Promise<Platform> {
  const workload = NAMED[name]
  if (!workload) throw new Error(`${name} is none of the workloads`)
  const { issuer, preset, alg } = workload
  const key = await keyPair(alg)
  const made = await worker.admin('POST', '/issuers', {
    issuer,
    preset,
    jwks: published(preset, key),
  })
  return { workload, issuerId: String(made['issuer_id']), key }
}

/** SPIRE publishes a bundle: the keys of its JWT-SVIDs beside those of its certificates. */
function published(preset: string, { publicJwk }: KeyPair): object {
  if (preset !== 'spiffe') return { keys: [publicJwk] }
  const { alg: _, ...jwk } = publicJwk
  const { kid: _own, ...ofCertificates } = jwk
  return {
    keys: [
      { ...ofCertificates, use: 'x509-svid', x5c: ['MIIB'] },
      { ...jwk, use: 'jwt-svid' },
    ],
    spiffe_sequence: 1,
    spiffe_refresh_hint: 300,
  }
}

/** A client without any credential but the rule for this subject. */
export async function hosted(
  { worker }: Place,
  here: Here,
  platform: Platform,
  subject: string,
): Promise<Hosted> {
  const made = await worker.admin('POST', '/clients', {
    client_name: 'Nightly billing export',
    secret: null,
    permissions: [{ audience: here.audience, permission: 'invoices:read' }],
  })
  const id = String(made['client_id'])
  await worker.admin('POST', `/clients/${id}/federated-credentials`, {
    issuer_id: platform.issuerId,
    subject,
    claims: platform.workload.rule.claims,
  })
  return { ...here, client: { id, secret: '' }, platform, subject }
}

/** A token as the platform gives it to its workload. */
export function workloadToken(
  { workload: { issuer, claims }, key }: Platform,
  own: { sub: string; aud: string | string[] } & Claims,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const dates = { iat: now, nbf: now, exp: now + 300, jti: crypto.randomUUID() }
  return new SignJWT({ iss: issuer, ...dates, ...claims, ...own })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT' })
    .sign(key.privateKey)
}

export const tokenFor = ({ issuer, platform, subject }: Hosted): Promise<string> =>
  workloadToken(platform, { sub: subject, aud: [issuer] })
