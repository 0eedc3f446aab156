import { group } from '../command.ts'
import { accept } from './accept.ts'
import { checkpoint } from './checkpoint.ts'
import { exportEvents } from './export.ts'
import { list } from './list.ts'
import { verify } from './verify.ts'

export const audit = group(
  'audit',
  'List what was done, verify the log, and export it for others to verify',
  [list, verify, checkpoint, exportEvents, accept],
  list,
).addHelpText('after', () => `\nWithout a command it is list:\n\n${list.helpInformation()}`)
