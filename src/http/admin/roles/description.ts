import { conflict, created, type Description, GONE, one } from '../../reference/description.ts'
import { permissionListQuery } from '../shared/lists.ts'
import { nothingSchema } from '../shared/nothing.ts'
import { page } from '../shared/response.ts'
import { newRoleSchema, rolePatchSchema } from './requests.ts'
import { roleResponse } from './response.ts'

const ONE = '/roles/{role_id}'
const PERMISSION = { audience: 'https://billing.example.com', permission: 'invoices:read' }

export const roles: Description = {
  tag: 'Roles',
  about: 'Named sets of permissions.',
  requests: { NewRole: newRoleSchema, RoleChange: rolePatchSchema },
  responses: { Role: roleResponse },
  examples: {
    Role: {
      role_id: 'role_9Tq8mZr1Tn0cVb7LwKs4Yd',
      name: 'Reader',
      description: '',
      permissions: [PERMISSION],
      created_at: '2026-09-02T08:00:00Z',
      updated_at: '2026-09-02T08:00:00Z',
    },
  },
  fields: {
    audience: 'With any permission of this API; with permission, that one.',
    permission: 'With this permission of any API.',
  },
  operations: {
    'GET /roles': {
      id: 'listRoles',
      does: 'List roles',
      query: permissionListQuery,
      answers: { 200: { what: 'A page of roles.', schema: page(roleResponse) } },
    },
    'POST /roles': {
      id: 'createRole',
      does: 'Create a role',
      body: { schema: newRoleSchema, examples: [{ name: 'Reader', permissions: [PERMISSION] }] },
      answers: created(roleResponse, 'The role.'),
    },
    [`GET ${ONE}`]: { id: 'getRole', does: 'Get a role', answers: one(roleResponse, 'The role.') },
    [`PATCH ${ONE}`]: {
      id: 'updateRole',
      does: 'Change a role',
      more: 'For all who hold it.',
      body: { schema: rolePatchSchema, examples: [{ name: 'Invoice reader' }] },
      answers: one(roleResponse, 'The role.'),
      conditional: true,
      refusals: conflict('With what it gains a token of a holder would not fit.'),
    },
    [`DELETE ${ONE}`]: {
      id: 'deleteRole',
      does: 'Delete a role',
      answers: GONE,
      conditional: true,
      refusals: conflict('A client holds it.'),
    },
    [`PUT ${ONE}/permissions/{api_id}/{permission}`]: {
      id: 'addRolePermission',
      does: 'Give a role one permission more',
      more: 'For all who hold it. Idempotent.',
      body: { schema: nothingSchema, optional: true },
      answers: one(roleResponse, 'The role.'),
      conditional: true,
      refusals: conflict('With it a token of a holder would not fit.'),
    },
    [`DELETE ${ONE}/permissions/{api_id}/{permission}`]: {
      id: 'removeRolePermission',
      does: 'Take one permission from a role',
      more: 'From all who hold it. Idempotent.',
      answers: one(roleResponse, 'The role.'),
      conditional: true,
    },
  },
}
