import type { Letter, Reader } from '../../domain/mail.ts'
import { type Reminder, UNUSED } from '../../domain/reminder.ts'
import { thresholdsInWords } from '../../domain/reminder-days.ts'
import type { Seconds } from '../../domain/time.ts'
import { unusedEnd } from '../../domain/unused-secret.ts'
import { countedInWords } from '../../domain/count.ts'
import {
  asAdministrator,
  type Block,
  type Fact,
  type Link,
  type Links,
  serverAt,
} from './blocks.ts'
import { adviceFor, wordsFor } from './credential-words.ts'
import { dateInWords, remainingInWords } from './dates.ts'
import { type Groups, groupsOf, whatOfAll, whatOfOne } from './groups.ts'
import { plain, shortened } from './plain.ts'

type ReminderLetter = Extract<Letter, { kind: 'reminder' }>

// Mail programs show about this much of a subject, and the action comes after the name.
const NAME_IN_SUBJECT_MAX = 60

export function reminderSubject({ reminders, now }: ReminderLetter): string {
  const [first] = reminders
  if (!first) throw new TypeError('a reminder needs something to remind of')
  const groups = groupsOf(reminders, now)
  if (reminders.length > 1) return whatOfAll(groups, now)
  const name = shortened(plain(first.clientName), NAME_IN_SUBJECT_MAX)
  return `The ${wordsFor(reminders).name} of "${name}" ${whatOfOne(groups, now)}`
}

/** The whole letter: what expires soon, what has expired, what is not used. */
export function reminderBlocks({ reminders, reader, now }: ReminderLetter, links: Links): Block[] {
  const groups = groupsOf(reminders, now)
  const heading =
    reminders.length === 1
      ? `A ${wordsFor(reminders).one} ${whatOfOne(groups, now)}`
      : whatOfAll(groups, now)
  const sorted = [...groups.expiring, ...groups.expired, ...groups.unused]
  return [
    { kind: 'heading', text: heading },
    ...adviceOn(groups, reader, links).map((text) => ({ kind: 'paragraph', text }) as const),
    ...sorted.map((reminder) => factsOf(reminder, { reader, now, links })),
    { kind: 'footer', text: whyYou(sorted, reader, links) },
  ]
}

function adviceOn({ expiring, expired, unused }: Groups, reader: Reader, links: Links): string[] {
  return [
    ...(expiring.length > 0 ? [adviceFor(expiring, reader, false)] : []),
    ...(expired.length > 0 ? [adviceFor(expired, reader, true)] : []),
    ...(unused.length > 0 ? [adviceOnUnused(unused, links)] : []),
  ]
}

function adviceOnUnused(unused: Reminder[], { unusedDays: days }: Links): string {
  const which =
    days === null
      ? 'that are not used'
      : `that have not been used for ${countedInWords(days, 'day')}`
  const keep = unused.length === 1 ? 'To keep this one' : 'To keep one of these'
  return `Secrets ${which} are ended. ${keep}, get a token with it before then. If it is not needed any more, there is nothing to do.`
}

function whyYou(reminders: Reminder[], reader: Reader, { issuer, days }: Links): string {
  const when = thresholdsInWords(days, wordsFor(reminders).any)
  return `${asReader(reminders, reader, issuer)} It sends reminders ${when}.`
}

function asReader(reminders: Reminder[], reader: Reader, issuer: string | null): string {
  if (reader === 'administrator') return asAdministrator(issuer)
  const why = 'You get this email because'
  if (reader === 'configured') {
    return `${why} this address is set to get all reminders of ${serverAt(issuer)}.`
  }
  const names = new Set(reminders.map(({ clientName }) => plain(clientName)))
  const of = names.size === 1 ? `"${[...names].join()}"` : 'these API clients'
  return `${why} you are a contact of ${of} in ${serverAt(issuer)}.`
}

type Context = { reader: Reader; now: Seconds; links: Links }

function factsOf(reminder: Reminder, { reader, now, links }: Context): Block {
  const { clientId, lastUsedAt } = reminder
  const description = plain(reminder.description.trim().replaceAll(/\s+/g, ' '))
  return {
    kind: 'facts',
    name: plain(reminder.clientName),
    facts: [
      ...(description === '' ? [] : [{ label: 'Description', value: description }]),
      { label: 'Client ID', value: plain(clientId) },
      credentialFact(reminder),
      ...endFacts(reminder, now, links),
      { label: 'Last used', value: lastUsedAt === null ? 'never used' : dateInWords(lastUsedAt) },
    ],
    link: links.issuer === null ? null : pageOf(clientId, links.issuer, reader),
  }
}

function endFacts(reminder: Reminder, now: Seconds, { unusedDays }: Links): Fact[] {
  const { expiresAt, days } = reminder
  if (expiresAt <= now) return [{ label: 'Expired', value: dateInWords(expiresAt) }]
  const expiry = `${dateInWords(expiresAt)}, ${remainingInWords(expiresAt, now)}`
  const expires = { label: 'Expires', value: expiry }
  if (days !== UNUSED || unusedDays === null) return [expires]
  const end = dateInWords(unusedEnd(reminder, now, unusedDays))
  return [{ label: 'Ended', value: `after ${end}, unless it is used before` }, expires]
}

const LABELS = {
  public_key: 'Public key',
  federated_credential: 'Federated credential',
  certificate: 'Certificate',
}

function credentialFact({ kind, hint, credentialId }: Reminder): Fact {
  if (kind === 'secret') return { label: 'Secret', value: `…${plain(hint)}` }
  return { label: LABELS[kind], value: plain(hint === '' ? credentialId : hint) }
}

function pageOf(clientId: string, issuer: string, reader: Reader): Link {
  // A lone surrogate has no percent-encoding.
  const id = encodeURIComponent(clientId.toWellFormed())
  const label =
    reader === 'administrator' ? 'Open this client' : 'Open this client (administrators only)'
  return { label, url: `${issuer}/console/clients/${id}` }
}
