import { pageSchema } from '../src/http/admin/lists.ts'
import { newSecretSchema } from '../src/web/schemas.ts'
import { createdSecret, page, secret } from './answers.ts'
import { conflict, created, GONE, type Operations } from './operation.ts'

const ALL = '/clients/{client_id}/secrets'

export const secretOperations: Operations = {
  [`GET ${ALL}`]: {
    id: 'listSecrets',
    does: 'List the secrets of a client',
    more: 'Their metadata alone.',
    query: pageSchema,
    answers: { 200: { what: 'A page of secrets.', schema: page(secret), headers: ['ETag'] } },
  },
  [`POST ${ALL}`]: {
    id: 'createSecret',
    does: 'Create a secret',
    body: { schema: newSecretSchema, optional: true, examples: [{ retire_others_in: 86_400 }] },
    answers: created(createdSecret, 'Its metadata, and the secret this once.', ['Location']),
    conditional: true,
    refusals: conflict('The client has five live secrets.'),
  },
  [`DELETE ${ALL}/{secret_id}`]: {
    id: 'deleteSecret',
    does: 'Delete a secret',
    more: 'It stops working at once.',
    answers: GONE,
    conditional: true,
  },
}
