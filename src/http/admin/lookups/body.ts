import type { Lookup, Match } from '../../../actions/lookups/match.ts'
import type { ClientCredential } from '../../../domain/credentials-of.ts'
import { findingSentence } from '../../../domain/token-finding.ts'
import { isoTime, type Seconds } from '../../../domain/time.ts'
import { briefClientBody } from '../clients/body.ts'
import { isoTimeOrNull } from '../shared/times.ts'
import type { LookupResponse, MatchResponse } from './response.ts'

export function lookupBody(found: Lookup, now: Seconds): LookupResponse {
  const { kind, matches, isCut, notes } = found
  const each = matches.map((match) => matchBody(match, now))
  return { text_is: kind, matches: each, more: isCut, notes }
}

function matchBody(match: Match, now: Seconds): MatchResponse {
  const { kind, by, works, why, client, credential, findings } = match
  return {
    kind,
    matched_by: by,
    works,
    why,
    client: client && briefClientBody(client, now),
    credential: credential && credentialBody(credential),
    findings: findings?.map((finding) => ({
      check: finding.check,
      good: finding.good,
      detail: findingSentence(finding),
    })),
  }
}

function credentialBody(one: ClientCredential): NonNullable<MatchResponse['credential']> {
  return {
    id: one.id,
    key_id: one.keyId,
    hint: one.hint,
    name: one.name,
    label: one.label,
    created_at: isoTime(one.createdAt),
    expires_at: isoTimeOrNull(one.expiresAt),
    retires_at: isoTimeOrNull(one.retiresAt),
    last_used_at: isoTimeOrNull(one.lastUsedAt),
  }
}
