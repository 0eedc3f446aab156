import { permissionSchema } from '../../../web/schemas.ts'
import { conflict, created, type Description, GONE, one } from '../../reference/description.ts'
import { permissionListQuery } from '../shared/lists.ts'
import { page } from '../shared/response.ts'
import { apiPatchSchema, newApiSchema, permissionTextsSchema } from './requests.ts'
import { apiResponse } from './response.ts'

const ONE = '/apis/{api_id}'

export const apis: Description = {
  tag: 'APIs',
  about: 'What tokens are for.',
  requests: {
    Permission: permissionSchema,
    NewApi: newApiSchema,
    ApiChange: apiPatchSchema,
    PermissionTexts: permissionTextsSchema,
  },
  responses: { Api: apiResponse },
  examples: {
    Api: {
      api_id: 'api_2Kq8mZr1Tn0cVb7LwKs4Yd',
      audience: 'https://billing.example.com',
      name: 'Billing',
      permissions: [{ permission: 'invoices:read', description: 'Read invoices' }],
      created_at: '2026-09-02T08:00:00Z',
      updated_at: '2026-09-02T08:00:00Z',
    },
  },
  fields: {
    'listApis.audience': 'With this audience.',
    'listApis.permission': 'With this permission.',
    audience: 'What tokens for the API have in aud.',
    permission: 'One scope value.',
    group: 'A heading under which it is shown.',
    confirm_audience_in_use: 'Must be true to change an audience that clients have permissions of.',
  },
  operations: {
    'GET /apis': {
      id: 'listApis',
      does: 'List APIs',
      query: permissionListQuery,
      answers: { 200: { what: 'A page of APIs.', schema: page(apiResponse) } },
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
      answers: created(apiResponse, 'The API.'),
      refusals: conflict('There is an API of this audience.'),
    },
    [`GET ${ONE}`]: { id: 'getApi', does: 'Get an API', answers: one(apiResponse, 'The API.') },
    [`PATCH ${ONE}`]: {
      id: 'updateApi',
      does: 'Change an API',
      body: { schema: apiPatchSchema, examples: [{ name: 'Billing' }] },
      answers: one(apiResponse, 'The API.'),
      conditional: true,
      refusals: conflict(
        'What it loses is in use, or its audience is and the change is not confirmed; the audience is taken, or too long for a token of a holder; or it is the server itself.',
      ),
    },
    [`DELETE ${ONE}`]: {
      id: 'deleteApi',
      does: 'Delete an API',
      answers: GONE,
      conditional: true,
      refusals: conflict('A client or role has a permission of it, or it is the server itself.'),
    },
    [`PUT ${ONE}/permissions/{permission}`]: {
      id: 'putApiPermission',
      does: 'Add one permission, or change its texts',
      more: 'A text that is left out is gone. Idempotent.',
      body: {
        schema: permissionTextsSchema,
        optional: true,
        examples: [{ description: 'Read invoices' }],
      },
      answers: one(apiResponse, 'The API.'),
      conditional: true,
      refusals: conflict('It is the server itself.'),
    },
    [`DELETE ${ONE}/permissions/{permission}`]: {
      id: 'removeApiPermission',
      does: 'Remove one permission',
      answers: one(apiResponse, 'The API.'),
      conditional: true,
      refusals: conflict('A client or role has it, or it is the server itself.'),
    },
  },
}
