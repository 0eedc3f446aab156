import { pageSchema } from '../src/http/admin/lists.ts'
import { apiPatchSchema, newApiSchema } from '../src/web/schemas.ts'
import { api, page } from './answers.ts'
import { conflict, created, GONE, one, type Operations } from './operation.ts'

const ONE = '/apis/{api_id}'

export const apiOperations: Operations = {
  'GET /apis': {
    id: 'listApis',
    does: 'List APIs',
    query: pageSchema,
    answers: { 200: { what: 'A page of APIs.', schema: page(api) } },
  },
  'POST /apis': {
    id: 'createApi',
    does: 'Make an API known',
    more: 'It has tokens:introspect besides the permissions that it declares.',
    body: {
      schema: newApiSchema,
      examples: [
        {
          audience: 'https://billing.example.com',
          name: 'Billing',
          permissions: [{ permission: 'invoices:read', description: 'Read invoices' }],
        },
      ],
    },
    answers: created(api, 'The API.'),
    refusals: conflict('There is an API of this audience.'),
  },
  [`GET ${ONE}`]: { id: 'getApi', does: 'Get an API', answers: one(api, 'The API.') },
  [`PATCH ${ONE}`]: {
    id: 'updateApi',
    does: 'Change an API',
    body: { schema: apiPatchSchema, examples: [{ name: 'Billing' }] },
    answers: one(api, 'The API.'),
    conditional: true,
    refusals: conflict(
      'What it loses is in use, the audience is taken, or too long for a token of a holder; or it is the server itself.',
    ),
  },
  [`DELETE ${ONE}`]: {
    id: 'deleteApi',
    does: 'Delete an API',
    answers: GONE,
    conditional: true,
    refusals: conflict('A client or role has a permission of it, or it is the server itself.'),
  },
}
