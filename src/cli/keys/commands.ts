import { group } from '../command.ts'
import { add } from './add.ts'
import { remove } from './delete.ts'
import { list } from './list.ts'
import { show } from './show.ts'

export const keys = group('keys', 'The public keys of a client', [add, list, show, remove])
