import { group } from '../../command.ts'
import { create } from './create.ts'
import { remove } from './delete.ts'
import { label } from './label.ts'
import { list } from './list.ts'
import { show } from './show.ts'

export const clientSecrets = group('secrets', 'The secrets of a client', [
  list,
  show,
  create,
  label,
  remove,
])
