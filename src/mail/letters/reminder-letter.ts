import type { Letter } from '../../domain/mail.ts'
import type { Reminder } from '../../domain/reminder.ts'
import type { Seconds } from '../../domain/time.ts'
import { asAdministrator, type Block, type Fact, type Link, type Links } from './blocks.ts'
import { adviceFor, wordsFor } from './credential-words.ts'
import { dateInWords, daysInWords, remainingInWords } from './dates.ts'
import { plain, shortened } from './plain.ts'

type ReminderLetter = Extract<Letter, { kind: 'reminder' }>

// Mail programs show about this much of a subject, and the action comes after the name.
const NAME_IN_SUBJECT_MAX = 60

export function reminderSubject({ reminders, now }: ReminderLetter): string {
  const [first] = byExpiry(reminders)
  if (!first) throw new TypeError('a reminder needs something to remind of')
  const when = remainingInWords(first.expiresAt, now)
  if (reminders.length > 1) return severalExpire(reminders, when)
  const name = shortened(plain(first.clientName), NAME_IN_SUBJECT_MAX)
  return `The ${wordsFor(reminders).name} of "${name}" expires ${when}`
}

/** The whole letter, soonest expiry first. */
export function reminderBlocks({ reminders, now }: ReminderLetter, links: Links): Block[] {
  const sorted = byExpiry(reminders)
  const when = remainingInWords(sorted[0]?.expiresAt ?? now, now)
  const one = sorted.length === 1
  return [
    {
      kind: 'heading',
      text: one ? `A ${wordsFor(sorted).one} expires ${when}` : severalExpire(sorted, when),
    },
    { kind: 'paragraph', text: adviceFor(sorted) },
    ...sorted.map((reminder) => factsOf(reminder, now, links.issuer)),
    { kind: 'footer', text: whyYou(sorted, links) },
  ]
}

function severalExpire(reminders: Reminder[], when: string): string {
  return `${reminders.length} ${wordsFor(reminders).several} expire soon, the first ${when}`
}

function whyYou(reminders: Reminder[], { issuer, days }: Links): string {
  const [lead, { any }] = [daysInWords(days), wordsFor(reminders)]
  return `${asAdministrator(issuer)} It reminds its administrators ${lead} before ${any} expires.`
}

function factsOf(reminder: Reminder, now: Seconds, issuer: string | null): Block {
  const { clientId, expiresAt, lastUsedAt } = reminder
  const expiry = `${dateInWords(expiresAt)}, ${remainingInWords(expiresAt, now)}`
  return {
    kind: 'facts',
    name: plain(reminder.clientName),
    facts: [
      { label: 'Client ID', value: plain(clientId) },
      credentialFact(reminder),
      { label: 'Expires', value: expiry },
      { label: 'Last used', value: lastUsedAt === null ? 'never used' : dateInWords(lastUsedAt) },
    ],
    link: issuer === null ? null : pageOf(clientId, issuer),
  }
}

function credentialFact({ kind, hint, credentialId }: Reminder): Fact {
  if (kind === 'secret') return { label: 'Secret', value: `…${plain(hint)}` }
  const label = kind === 'public_key' ? 'Public key' : 'Certificate'
  return { label, value: plain(hint === '' ? credentialId : hint) }
}

function pageOf(clientId: string, issuer: string): Link {
  // A lone surrogate has no percent-encoding.
  const id = encodeURIComponent(clientId.toWellFormed())
  return { label: 'Open this client', url: `${issuer}/console/clients/${id}` }
}

function byExpiry(reminders: Reminder[]): Reminder[] {
  return reminders.toSorted((a, b) => a.expiresAt - b.expiresAt)
}
