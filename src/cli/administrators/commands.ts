import { group } from '../command.ts'
import { add } from './add.ts'
import { edit } from './edit.ts'
import { list } from './list.ts'
import { remove } from './remove.ts'
import { show } from './show.ts'

export const administrators = group('administrators', 'The people who administer this server', [
  list,
  show,
  add,
  edit,
  remove,
])
