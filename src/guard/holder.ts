import type { Confirmation } from '../domain/confirmation.ts'
import type { Proof, ProofFault } from '../domain/dpop.ts'
import { verifyProof } from '../dpop/verify-proof.ts'
import { isSameText } from '../platform/same-text.ts'
import { thumbprintOf } from './certificate.ts'
import { isFreshNonce } from './nonces.ts'
import type { ApiSettings } from './options.ts'
import type { GuardedRequest, Presented } from './presented.ts'
import { Refused } from './refused.ts'

const SENTENCES: Record<ProofFault, string> = {
  no_proof: 'Send a proof in the DPoP header.',
  several_proofs: 'Send one DPoP header.',
  malformed: 'The proof is malformed.',
  wrong_type: 'The typ of the proof must be dpop+jwt.',
  wrong_algorithm: 'The alg of the proof is not accepted here.',
  wrong_key: 'The jwk of the proof must be a public key for its alg.',
  wrong_signature: 'The signature of the proof is wrong.',
  no_jti: 'The proof needs a jti of at most 256 characters.',
  wrong_method: 'The htm of the proof is another method.',
  wrong_url: 'The htu of the proof is another URL.',
  wrong_time: 'The proof is too old, or not valid yet.',
  wrong_token: 'The ath of the proof is not of this token.',
}

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
  if ('fault' in proof) throw new Refused('invalid_dpop_proof', SENTENCES[proof.fault])
  if (!isSameText(proof.jkt, jkt)) {
    throw new Refused('invalid_token', 'The proof is of another key than the token is bound to.')
  }
  if (await isFreshNonce(proof.nonce, settings)) return proof
  throw new Refused('use_dpop_nonce', 'Make a proof with the nonce in the DPoP-Nonce header.')
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
