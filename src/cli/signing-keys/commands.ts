import { group } from '../command.ts'
import { list } from './list.ts'
import { revoke } from './revoke.ts'
import { rotate } from './rotate.ts'

export const signingKeys = group('signing-keys', 'The keys that tokens are signed with', [
  list,
  rotate,
  revoke,
])
