import { group } from '../command.ts'
import { access } from './access/commands.ts'
import { create } from './create.ts'
import { remove } from './delete.ts'
import { duplicate } from './duplicate.ts'
import { edit } from './edit.ts'
import { extend } from './extend.ts'
import { list } from './list.ts'
import { resume } from './resume.ts'
import { revokeTokens } from './revoke-tokens.ts'
import { rotate } from './rotate.ts'
import { clientSecrets } from './secrets/commands.ts'
import { show } from './show.ts'
import { suspend } from './suspend.ts'
import { tag } from './tag.ts'

export const clients = group('clients', 'Clients, their access, their secrets and their tokens', [
  list,
  show,
  create,
  duplicate,
  edit,
  tag,
  access,
  suspend,
  resume,
  revokeTokens,
  rotate,
  extend,
  clientSecrets,
  remove,
])
