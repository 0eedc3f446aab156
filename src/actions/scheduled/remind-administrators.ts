import type { JobRun } from '../../domain/job.ts'
import type { Mailer } from '../../domain/mail.ts'
import type { Job } from './job.ts'
import { OPERATIONS } from './operations.ts'
import { reserveFor } from './reserve.ts'
import { sendReminders } from './send-reminders.ts'

const BOUNDS = { reminders: 100, secrets: 1000 }
const MESSAGES_MAX = 5

export const reminders: Job = {
  name: 'reminders',
  operations: OPERATIONS.reminders + OPERATIONS.message,
  run: (deps, run) => sendReminders(deps, { ...BOUNDS, messages: messagesFor(run, deps.mailer) }),
}

/** As many as the budget allows beside what is reserved for others. */
function messagesFor(run: JobRun, mailer: Mailer): number {
  const left = Math.max(0, run.budget.left() - OPERATIONS.reminders - reserveFor(run))
  const each = mailer.deduplicates ? OPERATIONS.message_again : OPERATIONS.message
  return Math.min(MESSAGES_MAX, Math.floor(left / each))
}
