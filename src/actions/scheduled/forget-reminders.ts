import { forgetting } from './forget.ts'

export const oldReminders = forgetting('old_reminders', ({ reminders }, now, rows) =>
  reminders.forget(now, rows),
)
