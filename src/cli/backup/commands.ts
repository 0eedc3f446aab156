import { group } from '../command.ts'
import { arrange } from './arrange.ts'

export const backup = group('backup', 'Make a backup of the database ready to be loaded', [arrange])
