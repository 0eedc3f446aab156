import type { Confirmation } from './confirmation.ts'
import type { ClientDetails } from './client-details.ts'
import type { Proof } from './dpop.ts'
import { Refusal } from './errors.ts'
import { FAPI_ALGORITHMS } from './profile.ts'

/** The settings of a client that decide whether its tokens are bound to its keys. */
export type BindingTerms = Pick<ClientDetails, 'requireDpop' | 'bindToCertificate' | 'profile'>

/** The keys that the sender of a request has shown that it holds. */
export type HeldKeys = {
  proof: Proof | null
  /** The thumbprint of the certificate of the connection. */
  thumbprint: string | null
}

/** The terms of a client's next token: its own settings, and the rules of the deployment. */
export function bindingTerms(
  { requireDpop, bindToCertificate, profile }: BindingTerms,
  policy: { requireDpop: boolean },
): BindingTerms {
  return { requireDpop: requireDpop || policy.requireDpop, bindToCertificate, profile }
}

/** Whether the certificate of the connection matters for the next token. */
export function bindsToCertificate(terms: BindingTerms, proof: Proof | null): boolean {
  return terms.bindToCertificate || (terms.profile === 'fapi2' && !proof)
}

/**
 * The keys that a client's next token is bound to: by the proof of the request (RFC 9449 §5), by the
 * certificate of the connection (RFC 8705 §3), or both; null for a bearer token.
 * @throws Refusal where the client must have a bound token, and the request shows no such key
 */
export function bindingOf(
  terms: BindingTerms,
  { proof, thumbprint }: HeldKeys,
): Confirmation | null {
  if (terms.requireDpop && !proof) throw noProof('The client must send a proof in the DPoP header.')
  if (terms.profile === 'fapi2') refuseOutsideFapi({ proof, thumbprint })
  if (terms.bindToCertificate && thumbprint === null) {
    const sentence = 'The client must present its certificate: its tokens are bound to it.'
    throw new Refusal('invalid_request', sentence, { why: 'no_certificate' })
  }
  const isBound = thumbprint !== null && bindsToCertificate(terms, proof)
  if (!proof && !isBound) return null
  return { ...(proof && { jkt: proof.jkt }), ...(isBound && { 'x5t#S256': thumbprint }) }
}

/** FAPI 2.0 Security Profile §5.3.2.1, §5.4 */
function refuseOutsideFapi({ proof, thumbprint }: HeldKeys): void {
  if (proof && !FAPI_ALGORITHMS.some((name) => name === nameOf(proof))) {
    throw noProof(`The profile fapi2 takes proofs by ${FAPI_ALGORITHMS.join(', ')}.`)
  }
  if (proof || thumbprint !== null) return
  throw noProof('The profile fapi2 demands a proof in the DPoP header, or a client certificate.')
}

/** Whether none of the client's tokens is a bearer token. */
export function bindsTokens({ requireDpop, bindToCertificate, profile }: BindingTerms): boolean {
  return requireDpop || bindToCertificate || profile !== null
}

/** Ed25519 is the name of RFC 9864 for what was EdDSA. */
function nameOf({ algorithm }: Proof): string {
  return algorithm === 'Ed25519' ? 'EdDSA' : algorithm
}

function noProof(sentence: string): Refusal {
  return new Refusal('invalid_dpop_proof', sentence, { why: 'no_proof' })
}
