import { group } from '../command.ts'
import { create } from './create.ts'
import { remove } from './delete.ts'
import { edit } from './edit.ts'
import { list } from './list.ts'
import { show } from './show.ts'

export const apis = group('apis', 'The APIs that tokens are for, and their permissions', [
  list,
  show,
  create,
  edit,
  remove,
])
