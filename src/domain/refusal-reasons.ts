import type { AssertionFault } from './assertion.ts'
import type { CertificateFault } from './certificate.ts'
import type { ProofFault } from './dpop.ts'
import type { Damage } from './secret-text.ts'
import type { TokenCheck } from './workload-token.ts'

/** Why a request is refused. The HTTP and console rooms own the status codes and the wording. */
export const REFUSAL_CODES = [
  // RFC 6749 §4.1.2.1, §5.2, RFC 8707 §2
  'invalid_request',
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_grant',
  'invalid_scope',
  'invalid_target',
  // RFC 9449 §5, §8
  'invalid_dpop_proof',
  'use_dpop_nonce',
  // RFC 6750 §3.1
  'unauthenticated',
  'invalid_token',
  'insufficient_scope',
  // The shape of a request.
  'body_too_large',
  'unsupported_media_type',
  'too_many_requests',
  // Administration.
  'invalid_fields',
  'forbidden',
  'not_found',
  'conflict',
  'made_before',
  'key_reused',
  'gone',
  'stale',
  'precondition_required',
] as const
export type RefusalCode = (typeof REFUSAL_CODES)[number]

/** Reasons that say more than the code of the same refusal. */
export const CLOSER_REASONS = [
  // Client authentication.
  'no_credentials',
  'malformed_credentials',
  'wrong_secret',
  'wrong_assertion',
  'wrong_certificate',
  'suspended',
  'expired_secret',
  'future_secret',
  'expired_key',
  'expired_rule',
  'expired_certificate',
  'outside_profile',
  'cut_off',
  // A token that is bound to a key, or has to be.
  'no_proof',
  'no_certificate',
  'bound_token',
  // Administration.
  'bootstrap_token_guess',
  'sign_in_failed',
] as const

/** The reason of a refusal in the log and in the metrics. */
export type Reason = RefusalCode | (typeof CLOSER_REASONS)[number]

/** The subjects of too many attempts. */
export const EXCESSES = ['failures', 'guesses', 'sign_ins', 'revocations', 'rotations'] as const

export const FEDERATED_FAULTS = ['no_rule', 'used_before_or_rule_gone'] as const
export type FederatedFault = TokenCheck['check'] | (typeof FEDERATED_FAULTS)[number]

export const SIGN_IN_FAULTS = [
  'too_late',
  'denied',
  'not_valid',
  'provider_down',
  'unverified_address',
  'no_administrator',
] as const

/** The exact fault: one of the server's own words, never a part of the request. */
export type Detail =
  | AssertionFault
  | CertificateFault
  | ProofFault
  | Damage
  | `federated: ${FederatedFault}`
  | (typeof EXCESSES)[number]
  | (typeof SIGN_IN_FAULTS)[number]

/** Why a request was refused, as the log and the metrics tell it. */
export type Cause = { reason: Reason; detail?: Detail | undefined }
