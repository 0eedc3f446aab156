import type { Confirmation } from '../domain/confirmation.ts'
import type { Proof } from '../domain/dpop.ts'
import { FAULT_SENTENCES, NONCE_SENTENCE } from '../domain/proof-sentences.ts'
import { verifyProof } from '../dpop/verify-proof.ts'
import { isSameText } from '../platform/same-text.ts'
import { thumbprintOf } from './certificate.ts'
import type { ApiSettings } from './options.ts'
import type { GuardedRequest, Presented } from './presented.ts'
import { Refused } from './refused.ts'

/**
 * Whether the sender holds the keys that the token is bound to. Returns the proof, which is still
 * to be spent; null if the token needs none.
 * @throws Refused if not
 */
export async function checkHolder(
  token: string,
  confirmation: Confirmation | null,
  { scheme, request }: Presented,
  settings: ApiSettings,
): Promise<Proof | null> {
  const { jkt, 'x5t#S256': thumbprint } = confirmation ?? {}
  // RFC 9449 §7.1, §7.2: no scheme takes a token of the other.
  if (jkt !== undefined && scheme !== 'DPoP') {
    const sentence = 'The token is bound to a key: send it as DPoP with a proof.'
    throw new Refused('invalid_token', sentence, { isBound: true })
  }
  if (jkt === undefined && (scheme === 'DPoP' || settings.dpop.required)) {
    throw new Refused('invalid_token', 'The token is not bound to a key that signs proofs.')
  }
  if (thumbprint !== undefined) await requireCertificate(thumbprint, request, settings)
  return jkt === undefined || !request ? null : provenBy(jkt, request, token, settings)
}

async function provenBy(
  jkt: string,
  request: GuardedRequest,
  token: string,
  settings: ApiSettings,
): Promise<Proof> {
  const { method, proof: header } = request
  const expected = { method, urls: urlsOf(request, settings), accessToken: token }
  const proof = await verifyProof(header, expected, settings.dpop, settings.now())
  if ('fault' in proof) throw new Refused('invalid_dpop_proof', FAULT_SENTENCES[proof.fault])
  if (!isSameText(proof.jkt, jkt)) {
    throw new Refused('invalid_token', 'The proof is of another key than the token is bound to.')
  }
  const { nonces } = settings.dpop
  if (!nonces || (await nonces.isFresh(proof.nonce, settings.now()))) return proof
  throw new Refused('use_dpop_nonce', NONCE_SENTENCE)
}

/** The URLs by which clients may have reached it; none, and no proof fits, if that is unknown. */
function urlsOf({ origin, path }: GuardedRequest, { publicUrls }: ApiSettings): string[] {
  const bases = publicUrls ?? (origin === null ? [] : [origin])
  return path.startsWith('/') ? bases.map((base) => base + path) : []
}

async function requireCertificate(
  thumbprint: string,
  request: GuardedRequest | null,
  { clientCertificate }: ApiSettings,
): Promise<void> {
  const found = request && (await thumbprintOf(await clientCertificate(request.original)))
  if (found !== null && isSameText(found, thumbprint)) return
  throw new Refused('invalid_token', 'The token is bound to a certificate that was not presented.')
}
