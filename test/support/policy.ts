import { CREDENTIAL_KINDS, type Policy } from '../../src/domain/policy.ts'
import { DEFAULT_EXPIRY_DAYS } from '../../src/domain/secret.ts'

/** The policy without any setting. */
export const NO_POLICY: Policy = {
  secretDays: DEFAULT_EXPIRY_DAYS,
  secretDaysMax: null,
  allowed: CREDENTIAL_KINDS,
  requireDpop: false,
}
