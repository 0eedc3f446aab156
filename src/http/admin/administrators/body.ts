import type { Administrator } from '../../../domain/administrator.ts'
import { isMember, type Member } from '../../../domain/member.ts'
import { isoTimeOrNull } from '../shared/times.ts'
import { isoTime } from '../../../domain/time.ts'
import type { AdministratorResponse } from './response.ts'

export function administratorBody(administrator: Administrator | Member): AdministratorResponse {
  const byGroup = isMember(administrator)
  return {
    administrator_id: administrator.administratorId,
    email: administrator.email,
    access: administrator.access,
    by_group: byGroup,
    blocked_at: isoTimeOrNull(byGroup ? administrator.blockedAt : null),
    created_at: isoTime(administrator.createdAt),
    updated_at: isoTime(administrator.updatedAt),
  }
}
