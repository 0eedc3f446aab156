import * as v from 'valibot'
import {
  ASSERTION_AUDIENCES,
  CONTACTS_MAX,
  PROFILES,
  TAG_MAX,
  TAGS_MAX,
  TOKEN_LIFETIME_MAX,
} from '../domain/client-details.ts'
import type { DetailsBody } from './client-details.ts'

type AnsweredDetails = { [K in keyof DetailsBody]: v.GenericSchema<DetailsBody[K]> }

/**
 * As they are answered, with their meaning and an example for the OpenAPI document. A function,
 * because a bundler can leave it out of the Worker.
 */
export function answeredDetails() {
  return {
    client_name: v.pipe(
      v.string(),
      v.description('What people call it.'),
      v.examples(['Nightly export']),
    ),
    description: v.pipe(v.string(), v.examples([''])),
    access_token_lifetime: v.pipe(
      v.number(),
      v.integer(),
      v.minValue(0),
      v.description('Seconds.'),
      v.examples([TOKEN_LIFETIME_MAX]),
    ),
    allow_self_rotation: v.pipe(
      v.boolean(),
      v.description('Whether the client may replace its own secrets.'),
      v.examples([false]),
    ),
    tags: v.pipe(
      v.array(v.string()),
      v.description(
        `Labels to find it by: at most ${TAGS_MAX}, each 1 to ${TAG_MAX} characters of a-z 0-9 : . _ -`,
      ),
      v.examples([['env:production', 'team:billing']]),
    ),
    contacts: v.pipe(
      v.array(v.string()),
      v.description(
        `Email addresses, at most ${CONTACTS_MAX}, that get its reminders and have no rights here.`,
      ),
      v.examples([['billing-team@example.com']]),
    ),
    assertion_audience: v.pipe(
      v.picklist(ASSERTION_AUDIENCES),
      v.description(
        'The aud of its assertions: the issuer, or for older clients the token endpoint too.',
      ),
      v.examples(['issuer']),
    ),
    jwks_uri: v.pipe(
      v.nullable(v.string()),
      v.description('The https URL of the JWK set that it publishes instead of keys here.'),
      v.examples([null]),
    ),
    profile: v.pipe(
      v.nullable(v.picklist(PROFILES)),
      v.description(
        'fapi2: FAPI 2.0 Security Profile; a public key for PS256, ES256 or EdDSA, or a certificate, and nothing else.',
      ),
      v.examples([null]),
    ),
    require_dpop: v.pipe(
      v.boolean(),
      v.description('Whether it gets tokens only with a DPoP proof: RFC 9449.'),
      v.examples([false]),
    ),
    tls_client_certificate_bound_access_tokens: v.pipe(
      v.boolean(),
      v.description('Whether its tokens are bound to its certificate: RFC 8705 §3.'),
      v.examples([false]),
    ),
  } satisfies AnsweredDetails
}
