import type { Reminder } from './reminder.ts'
import type { Seconds } from './time.ts'

/** What a mail says; the mailer has the words. */
export type Letter =
  | { kind: 'reminder'; reminders: Reminder[]; now: Seconds }
  | { kind: 'test'; now: Seconds }

export type Mail = {
  /** One message, however often it is handed over: letters, digits and `_`. */
  messageId: string
  to: string
  letter: Letter
}

/** What became of a mail; `unknown`: it may have been accepted, and the answer was lost. */
export type Delivery =
  | { outcome: 'accepted' }
  | { outcome: 'refused'; detail: string }
  | { outcome: 'unknown'; detail: string }

export const MAILER_NAMES = ['email_binding', 'smtp', 'webhook', 'log'] as const
export type MailerName = (typeof MAILER_NAMES)[number]
