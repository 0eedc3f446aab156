import {
  ASSERTION_AUDIENCES,
  type ClientDetails,
  DETAIL_NAMES as WIRE,
  PROFILES,
} from '../../domain/client-details.ts'
import { duration, listOf, onOrOff, text, textOrNone } from '../field-kinds.ts'
import { type Field } from '../fields.ts'

/** The settings of a client beside its credentials and its access. */
const DETAIL_FIELDS = {
  name: text('name', WIRE.name, { description: 'Its display name' }),
  description: text('description', WIRE.description, { description: 'What it is for' }),
  tags: listOf({
    add: 'tag',
    remove: 'untag',
    wire: WIRE.tags,
    valueHint: 'TAG',
    what: 'A tag',
  }),
  contacts: listOf({
    add: 'contact',
    remove: 'removeContact',
    wire: WIRE.contacts,
    valueHint: 'EMAIL',
    what: 'An address that gets its reminders',
  }),
  accessTokenLifetime: duration(
    'lifetime',
    WIRE.accessTokenLifetime,
    'Of its tokens, such as 30m (at most 12h)',
  ),
  allowSelfRotation: onOrOff(
    'allowSelfRotation',
    WIRE.allowSelfRotation,
    'It may replace the secret that it authenticates with',
  ),
  assertionAudience: text('assertionAudience', WIRE.assertionAudience, {
    choices: ASSERTION_AUDIENCES,
    valueHint: 'AUDIENCE',
    description: 'What its assertions may name',
  }),
  jwksUri: textOrNone('jwksUri', WIRE.jwksUri, {
    valueHint: 'URL',
    description: 'Where it publishes its public keys, or none',
  }),
  profile: textOrNone('profile', WIRE.profile, {
    choices: [...PROFILES, 'none'],
    valueHint: 'PROFILE',
    description: 'The security profile that it is held to, or none',
  }),
  requireDpop: onOrOff(
    'requireDpop',
    WIRE.requireDpop,
    'It gets tokens only with a DPoP proof, and bound to its key',
  ),
  bindToCertificate: onOrOff(
    'bindToCertificate',
    WIRE.bindToCertificate,
    'Its tokens are bound to the certificate that it presents',
  ),
} satisfies Record<keyof ClientDetails, Field>

export const CLIENT_FIELDS: Field[] = Object.values(DETAIL_FIELDS)

const { name: _, ...others } = DETAIL_FIELDS

/** Those beside the name, which is an argument of a new client. */
export const NEW_CLIENT_FIELDS: Field[] = Object.values(others)
