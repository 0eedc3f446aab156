import { group } from '../../command.ts'
import { add } from './add.ts'
import { remove } from './remove.ts'
import { set } from './set.ts'
import { show } from './show.ts'

export const access = group('access', 'Show and change what a client may do', [
  show,
  add,
  remove,
  set,
])
