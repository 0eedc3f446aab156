import * as v from 'valibot'
import { readAddress } from '../domain/administrator.ts'
import {
  ASSERTION_AUDIENCES,
  type ClientDetails,
  CONTACTS_MAX,
  type DETAIL_NAMES,
  PROFILES,
  TAG_MAX,
  TAGS_MAX,
  TOKEN_LIFETIME_MAX,
  TOKEN_LIFETIME_MIN,
} from '../domain/client-details.ts'
import { between } from './text-schemas.ts'

/** A client's details in JSON. */
export type DetailsBody = {
  [K in keyof ClientDetails as (typeof DETAIL_NAMES)[K]]: ClientDetails[K]
}

const TAG = new RegExp(`^[a-z0-9:._-]{1,${TAG_MAX}}$`)

export const tag = v.pipe(
  v.string(),
  v.regex(TAG, `must have 1 to ${TAG_MAX} characters of a-z 0-9 : . _ -`),
)

export const tags = v.pipe(
  v.array(tag),
  v.maxLength(TAGS_MAX, `must have at most ${TAGS_MAX}`),
  v.check((list) => new Set(list).size === list.length, 'must name each tag once'),
)

const contact = v.pipe(
  v.string(),
  v.check((text) => readAddress(text) !== null, 'must be email addresses such as ada@example.com'),
  v.transform((text) => readAddress(text) ?? text),
)

const contacts = v.pipe(
  v.array(contact),
  v.maxLength(CONTACTS_MAX, `must have at most ${CONTACTS_MAX}`),
  v.check((list) => new Set(list).size === list.length, 'must name each address once'),
)

/**
 * As they are sent, all but name and description (schemas.ts): whether their text is allowed depends
 * on the text that was stored before.
 */
export const sentSettings = {
  access_token_lifetime: v.optional(between(TOKEN_LIFETIME_MIN, TOKEN_LIFETIME_MAX)),
  allow_self_rotation: v.optional(v.boolean()),
  tags: v.optional(tags),
  contacts: v.optional(contacts),
  assertion_audience: v.optional(v.picklist(ASSERTION_AUDIENCES)),
  require_dpop: v.optional(v.boolean()),
  tls_client_certificate_bound_access_tokens: v.optional(v.boolean()),
  profile: v.optional(v.nullable(v.picklist(PROFILES))),
  // The actions judge whether the address may be asked.
  jwks_uri: v.optional(v.nullable(v.string())),
}
