import { pageSchema } from '../src/http/admin/lists.ts'
import { emptySchema } from '../src/web/schemas.ts'
import { page, signingKey } from './answers.ts'
import { created, type Operations } from './operation.ts'

export const signingKeyOperations: Operations = {
  'GET /signing-keys': {
    id: 'listSigningKeys',
    does: 'List signing keys, newest first',
    query: pageSchema,
    answers: { 200: { what: 'A page of keys.', schema: page(signingKey) } },
  },
  'POST /signing-keys': {
    id: 'rotateSigningKey',
    does: 'Rotate the signing key',
    more: 'The standby is promoted: it signs now if it has been published for SIGNING_KEY_LEAD_HOURS, else as soon as it has (activates_at). Another is published in its place.',
    body: { schema: emptySchema, optional: true },
    answers: created(signingKey, 'The key that was promoted.', ['Location']),
  },
  'DELETE /signing-keys/{kid}': {
    id: 'revokeSigningKey',
    does: 'Revoke a signing key in an emergency',
    more: 'Its tokens are dead at once. In place of the active key the standby signs from now on; in place of the standby another is published.',
    answers: { 204: { what: 'It is revoked.' } },
  },
}
