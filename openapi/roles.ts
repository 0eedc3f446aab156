import { pageSchema } from '../src/http/admin/lists.ts'
import { newRoleSchema, rolePatchSchema } from '../src/web/schemas.ts'
import { page, role } from './answers.ts'
import { conflict, created, GONE, one, type Operations } from './operation.ts'

const ONE = '/roles/{role_id}'
const PERMISSION = { audience: 'https://billing.example.com', permission: 'invoices:read' }

export const roleOperations: Operations = {
  'GET /roles': {
    id: 'listRoles',
    does: 'List roles',
    query: pageSchema,
    answers: { 200: { what: 'A page of roles.', schema: page(role) } },
  },
  'POST /roles': {
    id: 'createRole',
    does: 'Create a role',
    body: { schema: newRoleSchema, examples: [{ name: 'Reader', permissions: [PERMISSION] }] },
    answers: created(role, 'The role.'),
  },
  [`GET ${ONE}`]: { id: 'getRole', does: 'Get a role', answers: one(role, 'The role.') },
  [`PATCH ${ONE}`]: {
    id: 'updateRole',
    does: 'Change a role',
    more: 'For all who hold it.',
    body: { schema: rolePatchSchema, examples: [{ name: 'Invoice reader' }] },
    answers: one(role, 'The role.'),
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
}
