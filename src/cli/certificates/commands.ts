import { group } from '../command.ts'
import { add } from './add.ts'
import { remove } from './delete.ts'
import { list } from './list.ts'
import { show } from './show.ts'

export const certificates = group('certificates', 'The certificates of a client', [
  add,
  list,
  show,
  remove,
])
