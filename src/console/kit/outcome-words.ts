import type { Outcome } from '../../domain/token-counts.ts'

const REASONS: Record<Outcome, string> = {
  wrong_secret: 'wrong client ID, secret, signature or certificate',
  expired_secret: 'expired secret',
  expired_key: 'expired public key',
  expired_rule: 'expired federated credential',
  expired_certificate: 'expired certificate',
  future_secret: 'secret not valid yet',
  suspended: 'suspended client',
  invalid_scope: 'a scope that the client doesn’t have (invalid_scope)',
  invalid_target: 'an API that the client doesn’t have (invalid_target)',
  no_proof: 'no DPoP proof to bind the token to',
  no_certificate: 'no certificate to bind the token to',
  too_many_requests: 'too many failures before',
}

/** Why a request for a token was refused. */
export function refusalInWords(outcome: Outcome): string {
  return REASONS[outcome] ?? outcome
}
