import type { Letter } from '../../domain/mail.ts'
import type { Reminder } from '../../domain/reminder.ts'
import type { Seconds } from '../../domain/time.ts'
import { asAdministrator, type Block, type Link, type Links } from './blocks.ts'
import { dateInWords, daysInWords, remainingInWords } from './dates.ts'
import { plain, shortened } from './plain.ts'

type ReminderLetter = Extract<Letter, { kind: 'reminder' }>

// Mail programs show about this much of a subject, and the action comes after the name.
const NAME_IN_SUBJECT_MAX = 60

export function reminderSubject({ reminders, now }: ReminderLetter): string {
  const [first] = byExpiry(reminders)
  if (!first) throw new TypeError('a reminder needs something to remind of')
  const when = remainingInWords(first.expiresAt, now)
  if (reminders.length > 1) return severalExpire(reminders.length, when)
  const name = shortened(plain(first.clientName), NAME_IN_SUBJECT_MAX)
  return `The secret of "${name}" expires ${when}`
}

/** The whole letter, soonest expiry first. */
export function reminderBlocks({ reminders, now }: ReminderLetter, links: Links): Block[] {
  const sorted = byExpiry(reminders)
  const when = remainingInWords(sorted[0]?.expiresAt ?? now, now)
  const one = sorted.length === 1
  return [
    {
      kind: 'heading',
      text: one ? `A client secret expires ${when}` : severalExpire(sorted.length, when),
    },
    { kind: 'paragraph', text: one ? ADVICE_FOR_ONE : ADVICE_FOR_SEVERAL },
    ...sorted.map((reminder) => factsOf(reminder, now, links.issuer)),
    { kind: 'footer', text: whyYou(links) },
  ]
}

function severalExpire(count: number, when: string): string {
  return `${count} client secrets expire soon, the first ${when}`
}

const STEPS =
  'create a new secret on its page, hand it over to whoever runs the client, and delete the old one ' +
  'when the new one is in use'
const ADVICE_FOR_ONE = `When it has expired, the client gets no more tokens with it. Before that: ${STEPS}.`
const ADVICE_FOR_SEVERAL = `When one has expired, its client gets no more tokens with it. Before that, for each client: ${STEPS}.`

function whyYou({ issuer, days }: Links): string {
  const lead = daysInWords(days)
  return `${asAdministrator(issuer)} It reminds its administrators ${lead} before a secret expires.`
}

function factsOf(reminder: Reminder, now: Seconds, issuer: string | null): Block {
  const { clientId, expiresAt, lastUsedAt } = reminder
  const expiry = `${dateInWords(expiresAt)}, ${remainingInWords(expiresAt, now)}`
  return {
    kind: 'facts',
    name: plain(reminder.clientName),
    facts: [
      { label: 'Client ID', value: plain(clientId) },
      { label: 'Secret', value: `…${plain(reminder.hint)}` },
      { label: 'Expires', value: expiry },
      { label: 'Last used', value: lastUsedAt === null ? 'never used' : dateInWords(lastUsedAt) },
    ],
    link: issuer === null ? null : pageOf(clientId, issuer),
  }
}

function pageOf(clientId: string, issuer: string): Link {
  // A lone surrogate has no percent-encoding.
  const id = encodeURIComponent(clientId.toWellFormed())
  return { label: 'Open this client', url: `${issuer}/console/clients/${id}` }
}

function byExpiry(reminders: Reminder[]): Reminder[] {
  return reminders.toSorted((a, b) => a.expiresAt - b.expiresAt)
}
