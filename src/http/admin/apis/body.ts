import type { Api } from '../../../domain/api.ts'
import { isoTime } from '../../../domain/time.ts'
import type { ApiResponse } from './response.ts'

export function apiBody(api: Api): ApiResponse {
  return {
    api_id: api.apiId,
    audience: api.audience,
    name: api.name,
    permissions: api.permissions,
    created_at: isoTime(api.createdAt),
    updated_at: isoTime(api.updatedAt),
  }
}
