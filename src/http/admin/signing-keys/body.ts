import { isScheduled, retiredAt, type SigningKey, stateOf } from '../../../domain/signing-key.ts'
import { isoTime, type Seconds } from '../../../domain/time.ts'
import { isoTimeOrNull } from '../shared/times.ts'
import type { SigningKeyResponse } from './response.ts'

export function signingKeyBody(
  key: SigningKey,
  keys: SigningKey[],
  now: Seconds,
): SigningKeyResponse {
  return {
    kid: key.kid,
    algorithm: key.algorithm,
    state: stateOf(key, keys, now),
    created_at: isoTime(key.createdAt),
    activates_at: isScheduled(key, now) ? isoTime(key.activatesAt) : null,
    retired_at: isoTimeOrNull(retiredAt(key, keys, now)),
    revoked_at: isoTimeOrNull(key.revokedAt),
  }
}
