import { group } from '../command.ts'
import { add } from './add.ts'
import { remove } from './delete.ts'
import { explain } from './explain.ts'
import { list } from './list.ts'
import { show } from './show.ts'

export const workloads = group(
  'workloads',
  'Let workloads act as a client, and explain their tokens',
  [add, list, show, remove, explain],
)
