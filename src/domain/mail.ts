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

export interface Mailer {
  name: MailerName
  /** Why it is `log`, where a mailer was half configured. */
  missing: string | null
  /** Whether a message that is handed over twice with one id arrives once. */
  deduplicates: boolean
  send(mail: Mail): Promise<Delivery>
}
