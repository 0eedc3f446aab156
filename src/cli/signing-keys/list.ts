import type { SigningKeyBody } from '../api-types.ts'
import { action } from '../command.ts'
import { listAll } from '../noun-actions.ts'

const SIGNING_KEYS = { path: '/signing-keys', many: 'signing keys' }
const COLUMNS = {
  head: ['KID', 'ALGORITHM', 'STATE', 'PUBLISHED', 'SIGNS FROM', 'UNTIL'],
  row: rowOf,
  elastic: 'KID',
}

export const list = action(
  'list',
  'List the keys that tokens are signed with, newest first',
  {},
  ({ json }) => listAll(SIGNING_KEYS, COLUMNS, json),
)

function rowOf(key: SigningKeyBody): string[] {
  const from = key.activates_at ?? 'not yet'
  const end = key.revoked_at ?? key.retired_at ?? ''
  return [key.kid, key.algorithm, key.state, key.created_at, from, end]
}
