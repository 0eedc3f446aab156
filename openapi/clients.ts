import { clientListQuery } from '../src/http/admin/clients.ts'
import {
  accessSchema,
  clientPatchSchema,
  duplicateSchema,
  newClientSchema,
  suspensionSchema,
} from '../src/web/schemas.ts'
import { client, createdClient, page } from './answers.ts'
import { created, GONE, one, type Operations } from './operation.ts'

const ONE = '/clients/{client_id}'
const PERMISSION = { audience: 'https://billing.example.com', permission: 'invoices:read' }

export const clientOperations: Operations = {
  'GET /clients': {
    id: 'listClients',
    does: 'List clients',
    query: clientListQuery,
    answers: { 200: { what: 'A page of clients.', schema: page(client) } },
  },
  'POST /clients': {
    id: 'createClient',
    does: 'Create a client with its first secret',
    more: 'A token cannot give permissions on the server itself.',
    body: {
      schema: newClientSchema,
      examples: [{ client_name: 'Nightly export', permissions: [PERMISSION] }],
    },
    answers: created(createdClient, 'The client, and its secret this once.'),
  },
  [`GET ${ONE}`]: {
    id: 'getClient',
    does: 'Get a client',
    answers: one(client, 'The client.'),
  },
  [`PATCH ${ONE}`]: {
    id: 'updateClient',
    does: 'Change name, description or token lifetime',
    body: { schema: clientPatchSchema, examples: [{ access_token_lifetime: 3600 }] },
    answers: one(client, 'The client.'),
    conditional: true,
  },
  [`DELETE ${ONE}`]: {
    id: 'deleteClient',
    does: 'Delete a client',
    more: 'Its secrets and tokens are cut off for good.',
    answers: GONE,
    conditional: true,
  },
  [`PUT ${ONE}/access`]: {
    id: 'setAccess',
    does: 'Set what a client may do',
    more: 'What is left out is gone.',
    body: { schema: accessSchema, examples: [{ permissions: [PERMISSION] }] },
    answers: one(client, 'The client.'),
    conditional: true,
  },
  [`PUT ${ONE}/suspension`]: {
    id: 'suspendClient',
    does: 'Suspend a client',
    more: 'From the answer on no token is issued or active. Idempotent.',
    body: {
      schema: suspensionSchema,
      optional: true,
      examples: [{ reason: 'token in a public log' }],
    },
    answers: one(client, 'The client.'),
    conditional: true,
  },
  [`DELETE ${ONE}/suspension`]: {
    id: 'resumeClient',
    does: 'Resume a client',
    more: 'The same tokens and secrets work again. Idempotent.',
    answers: one(client, 'The client.'),
    conditional: true,
  },
  [`DELETE ${ONE}/tokens`]: {
    id: 'revokeTokens',
    does: 'Revoke every token issued until now',
    more: 'The client can get new ones.',
    answers: one(client, 'The client.'),
    conditional: true,
  },
  [`POST ${ONE}/duplicates`]: {
    id: 'duplicateClient',
    does: 'Create a client like another',
    more: 'Same access, description, lifetime and reminder choice; its own id and secret.',
    body: { schema: duplicateSchema, optional: true, examples: [{ client_name: 'Hourly export' }] },
    answers: created(createdClient, 'The new client, and its secret this once.'),
  },
}
