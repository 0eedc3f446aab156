import { group } from '../command.ts'
import { accept } from './accept.ts'
import { list } from './list.ts'
import { verify } from './verify.ts'

export const audit = group(
  'audit',
  'List audit events, as audit alone does; verify the log; accept it',
  [list, verify, accept],
  list,
)
