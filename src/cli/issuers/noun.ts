import type { IssuerBody } from '../api-types.ts'
import type { Noun } from '../noun.ts'

export const ISSUERS: Noun<IssuerBody> = {
  one: 'trusted issuer',
  many: 'trusted issuers',
  path: '/issuers',
  prefix: 'iss',
  idField: 'issuer_id',
  nameOf: ({ issuer }) => issuer,
}

export const issuerArgument = {
  issuer: {
    type: 'positional',
    required: true,
    description: 'The iss of its tokens, or its issuer_id',
  },
} as const
