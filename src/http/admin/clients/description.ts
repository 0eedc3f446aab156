import { conflict, created, type Description, GONE, one } from '../../reference/description.ts'
import { page } from '../shared/response.ts'
import {
  CREATED_BY,
  CREDENTIAL_FIELDS,
  CUTS_OFF,
  DETAIL_EXAMPLES,
  DETAIL_FIELDS,
  ROLES,
  SECRET_LASTS,
  SHOWN_ONCE,
} from './field-description.ts'
import {
  accessSchema,
  bulkSchema,
  clientListQuery,
  clientPatchSchema,
  duplicateSchema,
  newClientSchema,
  suspensionSchema,
} from './requests.ts'
import {
  briefClientResponse,
  bulkResponse,
  clientResponse,
  createdClientResponse,
} from './response.ts'
import { SECRET_EXAMPLE } from './secret-description.ts'

const ONE = '/clients/{client_id}'
const PERMISSION = { audience: 'https://billing.example.com', permission: 'invoices:read' }

const CLIENT = {
  client_id: 'client_7Hq2mXr9Tn4cVb1LwKs8Yd',
  ...DETAIL_EXAMPLES,
  status: 'needs_attention',
  attention: [
    {
      reason: 'secret_expiring',
      secret_id: SECRET_EXAMPLE.secret_id,
      expires_at: SECRET_EXAMPLE.expires_at,
    },
  ],
  secrets: [SECRET_EXAMPLE],
  keys: [],
  federated_credentials: [],
  certificates: [],
  roles: [],
  permissions: [PERMISSION],
  scope: 'invoices:read',
  suspended_at: null,
  suspended_reason: null,
  tokens_valid_from: null,
  propagation: 'complete',
  created_at: '2026-09-02T08:00:00Z',
  created_by: 'bootstrap',
  updated_at: '2026-09-02T08:00:00Z',
  last_token_at: null,
  last_used_at: null,
  bound_since: null,
  dpop_required: false,
}

export const clients: Description = {
  tag: 'Clients',
  about: 'Who gets tokens.',
  requests: {
    NewClient: newClientSchema,
    ClientOverrides: duplicateSchema,
    ClientChange: clientPatchSchema,
    Access: accessSchema,
    BulkChange: bulkSchema,
  },
  responses: {
    Client: clientResponse,
    CreatedClient: createdClientResponse,
    BriefClient: briefClientResponse,
    BulkResults: bulkResponse,
  },
  examples: { Client: CLIENT },
  fields: {
    ...DETAIL_FIELDS,
    suspended_at: 'Null while it is not suspended.',
    tokens_valid_from: 'Tokens issued before are cut off.',
    propagation:
      'Whether the denylist says what the database says; pending is tried again by itself.',
    attention: 'Why a person should look, whatever the status.',
    scope: 'Scope values, separated by single spaces.',
    secret: 'About its first secret; null for a client without one.',
    'secret.label': CREDENTIAL_FIELDS.label,
    'secret.remind': CREDENTIAL_FIELDS.remind,
    'secret.expires_on': SECRET_LASTS,
    created_by: CREATED_BY,
    created_by_name: 'Sent only when a single client is read.',
    last_used_at: 'The last use of any credential, or the last token.',
    client_secret: SHOWN_ONCE,
    BulkChange:
      'With the action tag, add or remove must have a tag, and no tag may be in both. With other actions neither may be sent.',
    results: 'One for each client, in the order of client_ids.',
    ok: 'Whether the client is now as asked; changed says whether it was not before.',
    unused_since: 'Last used before, or never used and created before: a date or a moment.',
    audience: 'With any permission of this API; with permission, that one.',
    permission: 'With this permission of any API.',
    key: 'Id, key id or hint of a credential.',
    roles: ROLES,
    apply_to_issued_tokens: CUTS_OFF,
  },
  operations: {
    'GET /clients': {
      id: 'listClients',
      does: 'List clients',
      query: clientListQuery,
      answers: { 200: { what: 'A page of clients.', schema: page(clientResponse) } },
    },
    'POST /clients': {
      id: 'createClient',
      does: 'Create a client with its first secret',
      more: 'A token cannot give permissions on the server itself.',
      body: {
        schema: newClientSchema,
        examples: [{ client_name: 'Nightly export', permissions: [PERMISSION] }],
      },
      answers: created(createdClientResponse, 'The client, and its secret this once.'),
    },
    'POST /clients/bulk': {
      id: 'changeClients',
      does: 'Change many clients at once',
      more: 'Up to 500, by one commit. Each is judged as by itself. A repeat with the same Idempotency-Key tells how they are now.',
      body: {
        schema: bulkSchema,
        examples: [{ action: 'suspend', client_ids: [CLIENT.client_id], reason: 'SEC-881' }],
      },
      answers: {
        200: { what: 'What became of each.', schema: bulkResponse, headers: ['Replayed'] },
      },
      once: true,
    },
    [`GET ${ONE}`]: {
      id: 'getClient',
      does: 'Get a client',
      answers: one(clientResponse, 'The client.'),
    },
    [`PATCH ${ONE}`]: {
      id: 'updateClient',
      does: 'Change a client',
      body: { schema: clientPatchSchema, examples: [{ access_token_lifetime: 3600 }] },
      answers: one(clientResponse, 'The client.'),
      conditional: true,
      refusals: conflict('The client has a credential that does not go with it.'),
    },
    [`DELETE ${ONE}`]: {
      id: 'deleteClient',
      does: 'Delete a client',
      more: 'Its secrets and tokens are cut off permanently.',
      answers: GONE,
      conditional: true,
    },
    [`PUT ${ONE}/access`]: {
      id: 'setAccess',
      does: 'Set what a client may do',
      more: 'What is left out is gone.',
      body: { schema: accessSchema, examples: [{ permissions: [PERMISSION] }] },
      answers: one(clientResponse, 'The client.'),
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
      answers: one(clientResponse, 'The client.'),
      conditional: true,
    },
    [`DELETE ${ONE}/suspension`]: {
      id: 'resumeClient',
      does: 'Resume a client',
      more: 'The same tokens and secrets work again, unless they have expired or been revoked. Idempotent.',
      answers: one(clientResponse, 'The client.'),
      conditional: true,
    },
    [`DELETE ${ONE}/tokens`]: {
      id: 'revokeTokens',
      does: 'Revoke every token issued until now',
      more: 'The client can get new ones.',
      answers: one(clientResponse, 'The client.'),
      conditional: true,
    },
    [`POST ${ONE}/duplicates`]: {
      id: 'duplicateClient',
      does: 'Create a client like another',
      more: 'Copies access and all fields except jwks_uri, but no credential: the copy has an id of its own, and a secret if the original has one.',
      body: {
        schema: duplicateSchema,
        optional: true,
        examples: [{ client_name: 'Hourly export' }],
      },
      answers: created(createdClientResponse, 'The new client, and its secret this once.'),
    },
  },
}
