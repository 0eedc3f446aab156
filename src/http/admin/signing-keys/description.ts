import { created, type Description } from '../../reference/description.ts'
import { pageSchema } from '../shared/lists.ts'
import { page } from '../shared/response.ts'
import { rotationSchema } from './requests.ts'
import { signingKeyResponse } from './response.ts'

export const signingKeys: Description = {
  tag: 'Signing keys',
  about: 'What tokens are signed with.',
  responses: { SigningKey: signingKeyResponse },
  examples: {
    SigningKey: {
      kid: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
      algorithm: 'ES256',
      state: 'active',
      created_at: '2026-06-04T08:00:00Z',
      activates_at: '2026-09-02T08:00:00Z',
      retired_at: null,
      revoked_at: null,
    },
  },
  fields: {
    activates_at: 'When it begins to sign; null of the standby until it is promoted.',
    retired_at: 'When another began to sign in its place.',
  },
  operations: {
    'GET /signing-keys': {
      id: 'listSigningKeys',
      does: 'List signing keys, newest first',
      query: pageSchema,
      answers: { 200: { what: 'A page of keys.', schema: page(signingKeyResponse) } },
    },
    'POST /signing-keys': {
      id: 'rotateSigningKey',
      does: 'Rotate the signing key',
      more: 'The standby signs now, or as soon as it has been published for SIGNING_KEY_LEAD_HOURS (activates_at). Another is published in its place.',
      body: { schema: rotationSchema, optional: true },
      answers: created(signingKeyResponse, 'The key that was promoted.', ['Location']),
    },
    'DELETE /signing-keys/{kid}': {
      id: 'revokeSigningKey',
      does: 'Revoke a signing key in an emergency',
      more: 'Its tokens are rejected at once. In place of the active key the standby signs from now on; in place of the standby another is published.',
      answers: { 204: { what: 'It is revoked.' } },
    },
  },
}
