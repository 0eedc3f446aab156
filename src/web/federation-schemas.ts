import * as v from 'valibot'
import {
  CLAIMS_MAX,
  FEDERATION_ALGORITHMS,
  PRESETS,
  WORKLOAD_LIFETIME_MAX,
} from '../domain/federation.ts'
import { TOKEN_LIFETIME_MAX, TOKEN_LIFETIME_MIN } from '../domain/client-details.ts'
import { between, label, name } from './text-schemas.ts'

const TEXT_MAX = 500
const AUDIENCES_MAX = 5
const ASSERTION_MAX = 12_000

const text = v.pipe(
  v.string(),
  v.regex(/^[\x20-\x7e]+$/, 'must be printable ASCII, and not empty'),
  v.maxLength(TEXT_MAX, `must have at most ${TEXT_MAX} characters`),
)

const trustFields = {
  name: v.optional(name),
  jwks_uri: v.optional(text),
  jwks: v.optional(v.record(v.string(), v.unknown())),
  algorithms: v.optional(
    v.pipe(v.array(v.picklist(FEDERATION_ALGORITHMS)), v.nonEmpty('must name at least one')),
  ),
  audiences: v.optional(
    v.pipe(v.array(text), v.maxLength(AUDIENCES_MAX, `must have at most ${AUDIENCES_MAX}`)),
  ),
  max_lifetime: v.optional(between(1, WORKLOAD_LIFETIME_MAX)),
  check_jti: v.optional(v.boolean()),
}

export const newIssuerSchema = v.strictObject({
  issuer: text,
  preset: v.optional(v.picklist(PRESETS), 'custom'),
  ...trustFields,
})

export const issuerPatchSchema = v.strictObject(trustFields)

const claimName = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 printable ASCII characters without spaces'),
)
const claimValue = v.union(
  [
    v.pipe(v.string(), v.maxLength(TEXT_MAX, `must have at most ${TEXT_MAX} characters`)),
    v.boolean(),
    v.number(),
  ],
  'must be a string, a number, true or false',
)

export const newFederatedCredentialSchema = v.strictObject({
  issuer_id: v.string(),
  subject: v.optional(text),
  claims: v.optional(
    v.pipe(
      v.record(claimName, claimValue),
      v.check(
        (claims) => Object.keys(claims).length <= CLAIMS_MAX,
        `must have at most ${CLAIMS_MAX}`,
      ),
    ),
  ),
  label: v.optional(label),
  expires_on: v.optional(v.string()),
  remind: v.optional(v.boolean()),
  token_lifetime: v.optional(between(TOKEN_LIFETIME_MIN, TOKEN_LIFETIME_MAX)),
})

/** A token as it is pasted, or what it would say. */
export const diagnosisSchema = v.strictObject({
  assertion: v.optional(
    v.pipe(v.string(), v.maxLength(ASSERTION_MAX, `must have at most ${ASSERTION_MAX} characters`)),
  ),
  issuer: v.optional(text),
  claims: v.optional(v.record(v.string(), v.unknown())),
  client_id: v.optional(v.string(), ''),
})
