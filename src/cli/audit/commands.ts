import { group } from '../command.ts'
import { accept } from './accept.ts'
import { checkpoint } from './checkpoint.ts'
import { exportEvents } from './export.ts'
import { list } from './list.ts'
import { verify } from './verify.ts'

export const audit = group(
  'audit',
  'List audit events, as audit alone does; verify the log, also elsewhere; accept it',
  [list, verify, checkpoint, exportEvents, accept],
  list,
)
