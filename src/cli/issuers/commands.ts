import { group } from '../command.ts'
import { add } from './add.ts'
import { remove } from './delete.ts'
import { edit } from './edit.ts'
import { list } from './list.ts'
import { show } from './show.ts'

export const issuers = group('issuers', 'The trusted issuers of workload identities', [
  add,
  list,
  show,
  edit,
  remove,
])
