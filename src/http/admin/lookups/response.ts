import * as v from 'valibot'
import { LOOKUP_KEYS } from '../../../domain/lookup-text.ts'
import { TOKEN_CHECKS } from '../../../domain/token-finding.ts'
import { textOrNull, time, timeOrNull } from '../../response-fields.ts'
import { briefClientResponse } from '../clients/response.ts'

const credential = v.strictObject({
  id: v.string(),
  key_id: textOrNull,
  hint: textOrNull,
  name: textOrNull,
  label: v.string(),
  created_at: time,
  expires_at: timeOrNull,
  retires_at: timeOrNull,
  last_used_at: timeOrNull,
})

const finding = v.strictObject({
  check: v.picklist(TOKEN_CHECKS),
  good: v.nullable(v.boolean()),
  detail: v.string(),
})

const matchResponse = v.strictObject({
  kind: v.picklist([
    ...(['access_token', 'client', 'signing_key', 'secret', 'public_key'] as const),
    ...(['jwks_uri', 'federated_credential', 'certificate'] as const),
  ]),
  matched_by: v.picklist(['token', 'whole_secret', ...LOOKUP_KEYS]),
  works: v.boolean(),
  why: v.array(v.string()),
  client: v.nullable(briefClientResponse),
  credential: v.nullable(credential),
  findings: v.optional(v.array(finding)),
})

export const lookupResponse = v.strictObject({
  text_is: v.picklist(['access_token', 'secret', 'part_of_secret', 'name']),
  matches: v.array(matchResponse),
  more: v.boolean(),
  notes: v.array(v.string()),
})

export type MatchResponse = v.InferOutput<typeof matchResponse>
export type LookupResponse = v.InferOutput<typeof lookupResponse>
