import { group } from '../command.ts'
import { resend } from './resend.ts'
import { show } from './show.ts'
import { test } from './test.ts'

export const events = group('events', 'The webhook to which every event goes', [show, test, resend])
