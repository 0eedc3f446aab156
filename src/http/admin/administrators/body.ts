import type { Administrator } from '../../../domain/administrator.ts'
import { isoTime } from '../../../domain/time.ts'
import type { AdministratorResponse } from './response.ts'

export function administratorBody(administrator: Administrator): AdministratorResponse {
  return {
    administrator_id: administrator.administratorId,
    email: administrator.email,
    access: administrator.access,
    created_at: isoTime(administrator.createdAt),
    updated_at: isoTime(administrator.updatedAt),
  }
}
