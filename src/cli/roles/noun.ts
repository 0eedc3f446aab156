import type { RoleBody } from '../api-types.ts'
import type { Noun } from '../noun.ts'

export const ROLES: Noun<RoleBody> = {
  one: 'role',
  many: 'roles',
  path: '/roles',
  prefix: 'role',
  idField: 'role_id',
  nameOf: ({ name }) => name,
}

export const roleArgument = {
  role: { type: 'positional', required: true, description: 'Its name, or its role_id' },
} as const
