import type { Confirmation } from './confirmation.ts'
import type { ClientDetails } from './client-details.ts'
import type { Proof } from './dpop.ts'
import { Refusal } from './errors.ts'
import { FAPI_ALGORITHMS } from './profile.ts'

/** The keys that the sender of a request has shown that it holds. */
export type Possession = {
  proof: Proof | null
  /** The thumbprint of the certificate of the connection; asked for only where it matters. */
  thumbprint: () => Promise<string | null>
}

export const NO_POSSESSION: Possession = { proof: null, thumbprint: async () => null }

/** The settings of a client that decide whether its tokens are bound to its keys. */
export type BindingTerms = Pick<ClientDetails, 'requireDpop' | 'bindToCertificate' | 'profile'>

/**
 * The keys that a client's next token is bound to: by the proof of the request (RFC 9449 §5), by the
 * certificate of the connection (RFC 8705 §3), or both; null for a bearer token.
 * @throws Refusal where the client must have a bound token, and the request shows no such key
 */
export async function bindingOf(
  terms: BindingTerms,
  { proof, thumbprint }: Possession,
): Promise<Confirmation | null> {
  if (terms.requireDpop && !proof)
    throw demanded('The client must send a proof in the DPoP header.')
  const isFapi = terms.profile === 'fapi2'
  if (isFapi && proof && !FAPI_ALGORITHMS.some((name) => name === nameOf(proof))) {
    throw demanded(`The profile fapi2 takes proofs by ${FAPI_ALGORITHMS.join(', ')}.`)
  }
  const certificate = terms.bindToCertificate || (isFapi && !proof) ? await thumbprint() : null
  if (terms.bindToCertificate && certificate === null) {
    throw new Refusal(
      'invalid_request',
      'The client must present its certificate: its tokens are bound to it.',
      { why: 'no_certificate' },
    )
  }
  if (isFapi && !proof && certificate === null) {
    throw demanded('The profile fapi2 demands a proof in the DPoP header, or a client certificate.')
  }
  if (!proof && certificate === null) return null
  return {
    ...(proof && { jkt: proof.jkt }),
    ...(certificate !== null && { 'x5t#S256': certificate }),
  }
}

/** Whether none of the client's tokens is a bearer token. */
export function bindsTokens({ requireDpop, bindToCertificate, profile }: BindingTerms): boolean {
  return requireDpop || bindToCertificate || profile !== null
}

/** Ed25519 is the name of RFC 9864 for what was EdDSA. */
function nameOf({ algorithm }: Proof): string {
  return algorithm === 'Ed25519' ? 'EdDSA' : algorithm
}

function demanded(sentence: string): Refusal {
  return new Refusal('invalid_dpop_proof', sentence, { why: 'no_proof' })
}
