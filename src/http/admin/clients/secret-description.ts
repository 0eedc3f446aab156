import { conflict, created, type Description, GONE, one } from '../../reference/description.ts'
import { pageSchema } from '../shared/lists.ts'
import { page } from '../shared/response.ts'
import { newSecretSchema, secretPatchSchema } from './requests.ts'
import {
  CREDENTIAL_FIELDS,
  HINT,
  RETIRES_AT,
  SECRET_LASTS,
  SHOWN_ONCE,
} from './field-description.ts'
import { createdSecretResponse, secretResponse } from './response.ts'

const ALL = '/clients/{client_id}/secrets'

export const SECRET_EXAMPLE = {
  secret_id: 'secret_4Xq8mZr1Tn0cVb7LwKs2Yd',
  key_id: 'a1B2c3D4e5F6',
  hint: 'a1b2',
  label: '',
  created_at: '2026-09-02T08:00:00Z',
  created_by: 'bootstrap',
  expires_at: '2026-12-01T23:59:59Z',
  last_used_at: null,
  remind: true,
  reminded_at: null,
  retires_at: null,
  retire_others_in: null,
}

export const secrets: Description = {
  tag: 'Secrets',
  about: 'What clients prove themselves with.',
  requests: { NewSecret: newSecretSchema, SecretPatch: secretPatchSchema },
  responses: { Secret: secretResponse, CreatedSecret: createdSecretResponse },
  examples: { Secret: SECRET_EXAMPLE },
  fields: {
    ...CREDENTIAL_FIELDS,
    client_secret: SHOWN_ONCE,
    hint: HINT,
    retires_at: RETIRES_AT,
    expires_on: SECRET_LASTS,
    'SecretPatch.expires_on': 'The last day (UTC), as 2027-01-31.',
    'NewSecret.retire_others_in': 'Seconds until the other live secrets end; left out, they stay.',
    retire_others_in:
      'Seconds from its first use until the other live secrets end; null: they do not wait for it.',
    retire_others_on: 'The last day (UTC) of the other live secrets, in place of retire_others_in.',
    activate:
      'With on_first_use, retire_others_in counts from the first use of the new secret; until then the others keep working.',
  },
  operations: {
    [`GET ${ALL}`]: {
      id: 'listSecrets',
      does: 'List the secrets of a client',
      more: 'Their metadata alone.',
      query: pageSchema,
      answers: {
        200: { what: 'A page of secrets.', schema: page(secretResponse), headers: ['ETag'] },
      },
    },
    [`POST ${ALL}`]: {
      id: 'createSecret',
      does: 'Create a secret',
      body: { schema: newSecretSchema, optional: true, examples: [{ retire_others_in: 86_400 }] },
      answers: created(createdSecretResponse, 'Its metadata, and the secret this once.', [
        'Location',
      ]),
      conditional: true,
      refusals: conflict('The client has five live secrets.'),
    },
    [`GET ${ALL}/{secret_id}`]: {
      id: 'getSecret',
      does: 'Get a secret',
      answers: one(secretResponse, 'Its metadata.'),
    },
    [`PATCH ${ALL}/{secret_id}`]: {
      id: 'updateSecret',
      does: 'Extend or rename a secret',
      more: 'It lasts at most 24 months from its creation. Once, one that expired less than 7 days ago gets up to 7 days from today.',
      body: { schema: secretPatchSchema, examples: [{ expires_on: '2027-01-31' }] },
      answers: one(secretResponse, 'Its metadata.'),
      conditional: true,
      refusals: conflict('The client has five live secrets already.'),
    },
    [`DELETE ${ALL}/{secret_id}`]: {
      id: 'deleteSecret',
      does: 'Delete a secret',
      more: 'It stops working at once.',
      answers: GONE,
      conditional: true,
    },
  },
}
