import { conflict, created, type Description, GONE, one } from '../../reference/description.ts'
import { pageSchema } from '../shared/lists.ts'
import { page } from '../shared/response.ts'
import { administratorPatchSchema, newAdministratorSchema } from './requests.ts'
import { administratorResponse } from './response.ts'

const ONE = '/administrators/{administrator_id}'

export const administrators: Description = {
  tag: 'Administrators',
  about: 'People with access to the server itself.',
  requests: {
    NewAdministrator: newAdministratorSchema,
    AdministratorChange: administratorPatchSchema,
  },
  responses: { Administrator: administratorResponse },
  examples: {
    Administrator: {
      administrator_id: 'administrator_5Rq8mZr1Tn0cVb7LwKs4Yd',
      email: 'ada@example.com',
      access: 'manage',
      by_group: false,
      blocked_at: null,
      created_at: '2026-09-02T08:00:00Z',
      updated_at: '2026-09-02T08:00:00Z',
    },
  },
  fields: {
    email: 'Trimmed, and kept in lower case.',
    access:
      'view sees everything, manage changes it too. By a group: what it gave at the last sign-in.',
    by_group: 'Whether a group of the identity provider lets them in, and not this list.',
    blocked: 'By a group alone: whether they are kept out all the same.',
  },
  operations: {
    'GET /administrators': {
      id: 'listAdministrators',
      does: 'List administrators',
      query: pageSchema,
      answers: { 200: { what: 'A page of administrators.', schema: page(administratorResponse) } },
    },
    'POST /administrators': {
      id: 'createAdministrator',
      does: 'Give a person access',
      body: {
        schema: newAdministratorSchema,
        examples: [{ email: 'ada@example.com', access: 'manage' }],
      },
      answers: created(administratorResponse, 'The administrator.'),
      refusals: conflict('There is an administrator with this address.'),
    },
    [`GET ${ONE}`]: {
      id: 'getAdministrator',
      does: 'Get an administrator',
      answers: one(administratorResponse, 'The administrator.'),
    },
    [`PATCH ${ONE}`]: {
      id: 'updateAdministrator',
      does: 'Change the address or the access of a person',
      body: { schema: administratorPatchSchema, examples: [{ access: 'view' }] },
      answers: one(administratorResponse, 'The administrator.'),
      conditional: true,
      refusals: conflict('The address is taken, or the person is here by a group.'),
    },
    [`DELETE ${ONE}`]: {
      id: 'deleteAdministrator',
      does: 'Take the access of a person away',
      answers: GONE,
      conditional: true,
      refusals: conflict('The person is here by a group: block them.'),
    },
  },
}
