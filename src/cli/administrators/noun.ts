import { ADMINISTRATOR_ACCESS } from '../../domain/administrator.ts'
import type { AdministratorBody } from '../api-types.ts'
import type { Noun } from '../noun.ts'

export const ADMINISTRATORS: Noun<AdministratorBody> = {
  one: 'administrator',
  many: 'administrators',
  path: '/administrators',
  prefix: 'administrator',
  idField: 'administrator_id',
  nameOf: ({ email }) => email,
  normalize: (address) => address.trim().toLowerCase(),
}

export const administratorArgument = {
  administrator: {
    type: 'positional',
    required: true,
    description: 'Their address, or the administrator_id',
  },
} as const

export const access = {
  choices: ADMINISTRATOR_ACCESS,
  description: 'view sees everything, manage changes it too',
} as const
