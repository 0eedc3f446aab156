import type { Letter, Reader } from '../../src/domain/mail.ts'
import type { Reminder } from '../../src/domain/reminder.ts'
import { DAY, endOfDay } from '../../src/domain/time.ts'
import type { Message } from '../../src/mail/message.ts'

/** 2026-11-22T10:00:00Z, a Sunday. */
export const NOW = Date.UTC(2026, 10, 22, 10) / 1000
export const ISSUER = 'https://auth.example'
export const LINKS = { issuer: ISSUER, days: [14], unusedDays: 90 }

/** A secret that ends `days` days after today, at the end of the day. */
export function aReminder(days: number, fields: Partial<Reminder> = {}): Reminder {
  return {
    clientId: 'client_1',
    clientName: 'Nightly export',
    description: '',
    createdAt: NOW - 90 * DAY,
    days: 14,
    kind: 'secret',
    credentialId: 'secret_1',
    hint: 'a1b2',
    expiresAt: endOfDay(NOW + days * DAY),
    lastUsedAt: null,
    ...fields,
  }
}

/** The same of a public key. */
export function aKeyReminder(days: number, fields: Partial<Reminder> = {}): Reminder {
  const key = { kind: 'public_key', credentialId: 'key_1', hint: 'CI runner' } as const
  return aReminder(days, { ...key, ...fields })
}

/** And of a certificate. */
export function aCertificateReminder(days: number, fields: Partial<Reminder> = {}): Reminder {
  const certificate = { kind: 'certificate', credentialId: 'cert_1', hint: '' } as const
  return aReminder(days, { ...certificate, ...fields })
}

export function reminding(...reminders: Reminder[]): Letter {
  return remindingA('administrator', ...reminders)
}

export function remindingA(reader: Reader, ...reminders: Reminder[]): Letter {
  return { kind: 'reminder', reminders, reader, now: NOW }
}

export function aMessage(fields: Partial<Message> = {}): Message {
  return {
    messageId: 'message_1',
    from: { name: 'Portcullis', address: 'gate@example.com' },
    to: 'ann@example.com',
    subject: 'Subject',
    text: 'Text',
    html: '<p>HTML</p>',
    ...fields,
  }
}
