import type { Reminder } from './reminder.ts'
import type { Seconds } from './time.ts'

/** As what a person gets a reminder: only an administrator can open the console. */
export type Reader = 'administrator' | 'contact' | 'configured'

/** The content of a mail; the mailer has the wording. */
export type Letter =
  | { kind: 'reminder'; reminders: Reminder[]; reader: Reader; now: Seconds }
  | { kind: 'test'; now: Seconds }
  | { kind: 'checkpoint'; size: number; note: string; now: Seconds }

export type Mail = {
  /** Identifies one message across repeated deliveries: letters, digits and `_`. */
  messageId: string
  to: string
  letter: Letter
}

/** The outcome of sending a mail; `unknown`: it may have been accepted, but the answer was lost. */
export type Delivery =
  | { outcome: 'accepted' }
  | { outcome: 'refused'; detail: string }
  | { outcome: 'unknown'; detail: string }

export const MAILER_NAMES = ['email_binding', 'smtp', 'webhook', 'log'] as const
export type MailerName = (typeof MAILER_NAMES)[number]

export interface Mailer {
  name: MailerName
  /** Why the transport is `log` although a mailer was partly configured. */
  missing: string | null
  /** Whether a message delivered twice with the same id arrives once. */
  deduplicates: boolean
  send(mail: Mail): Promise<Delivery>
}
