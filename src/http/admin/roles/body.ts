import type { Role } from '../../../domain/api.ts'
import { isoTime } from '../../../domain/time.ts'
import type { RoleResponse } from './response.ts'

export function roleBody(role: Role): RoleResponse {
  return {
    role_id: role.roleId,
    name: role.name,
    description: role.description,
    permissions: role.permissions,
    created_at: isoTime(role.createdAt),
    updated_at: isoTime(role.updatedAt),
  }
}
