import { group } from '../command.ts'
import { test } from './test.ts'

export const reminders = group('reminders', 'The mails before something expires', [test])
