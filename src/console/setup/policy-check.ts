import { CREDENTIAL_KINDS, type Policy } from '../../domain/policy.ts'
import { EXPIRY_MONTHS_MAX } from '../../domain/secret.ts'
import { countedInWords } from '../../domain/count.ts'
import type { Check } from './checks.ts'

/** The rules for credentials: they are as they were set, so nothing here needs attention. */
export function policyCheck({ policy }: { policy: Policy }): Check {
  const { secretDays, secretDaysMax, allowed, requireDpop } = policy
  const most =
    secretDaysMax === null
      ? countedInWords(EXPIRY_MONTHS_MAX, 'month')
      : countedInWords(secretDaysMax, 'day')
  const sentences = [
    `A new secret lasts ${countedInWords(secretDays, 'day')} by default, and ${most} at most.`,
    allowed.length === CREDENTIAL_KINDS.length
      ? 'Every kind of credential can be added.'
      : `Credentials that can be added: ${allowed.join(', ') || 'none'}.`,
    requireDpop
      ? 'Every client needs a DPoP proof for a token.'
      : 'A DPoP proof is needed where a client’s settings say so.',
  ]
  return { name: 'Policy', ok: true, means: sentences.join(' ') }
}
