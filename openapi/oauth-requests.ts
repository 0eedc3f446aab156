import * as v from 'valibot'
import { LEVELS } from '../src/domain/health.ts'
import { JWT_BEARER } from '../src/http/oauth/client-authentication/assertion.ts'

// Forms are read by hand (src/http/oauth/form.ts): what they take is said here. RFC 6749 §3.2: a
// parameter that is not known is ignored.

const credentials = {
  client_id: v.optional(v.string()),
  client_secret: v.optional(v.string()),
  client_assertion_type: v.optional(v.literal(JWT_BEARER)),
  client_assertion: v.optional(v.string()),
}
const tokenFields = {
  token: v.string(),
  token_type_hint: v.optional(v.string()),
  ...credentials,
}

export const tokenForm = v.object({
  grant_type: v.literal('client_credentials'),
  scope: v.optional(v.string()),
  resource: v.optional(v.array(v.string())),
  audience: v.optional(v.array(v.string())),
  ...credentials,
})
export const introspectionForm = v.object(tokenFields)
export const revocationForm = v.object(tokenFields)
export const rotationForm = v.object({ overlap: v.optional(v.string()), ...credentials })

export const healthQuery = v.strictObject({ fail_on: v.optional(v.picklist(LEVELS.slice(1))) })
