import type { ApiBody } from '../api-types.ts'
import type { Noun } from '../noun.ts'

export const APIS: Noun<ApiBody> = {
  one: 'API',
  many: 'APIs',
  path: '/apis',
  prefix: 'api',
  idField: 'api_id',
  nameOf: ({ audience }) => audience,
}

export const apiArgument = {
  api: { type: 'positional', required: true, description: 'Its audience, or its api_id' },
} as const
