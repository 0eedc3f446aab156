import { PROOF_JTI_MAX, type ProofFault } from './dpop.ts'

/** Answers to the sender of a proof, who has to mend it: nothing of this is secret. */
export const FAULT_SENTENCES: Record<ProofFault, string> = {
  no_proof: 'Send a proof in the DPoP header.',
  several_proofs: 'Send one DPoP header.',
  malformed: 'The proof is malformed.',
  wrong_type: 'The typ of the proof must be dpop+jwt.',
  wrong_algorithm: 'The alg of the proof is not accepted here.',
  wrong_key: 'The jwk of the proof must be a public key for its alg.',
  wrong_signature: 'The signature of the proof is wrong.',
  no_jti: `The proof needs a jti of at most ${PROOF_JTI_MAX} characters.`,
  wrong_method: 'The htm of the proof is another method.',
  wrong_url: 'The htu of the proof is another URL.',
  wrong_time: 'The proof is too old, or not valid yet.',
  wrong_token: 'The ath of the proof is not of this token.',
}

export const NONCE_SENTENCE = 'Make a proof with the nonce in the DPoP-Nonce header.'
