import { expect, it } from 'vitest'
import type { Letter } from '../../src/domain/mail.ts'
import { UNUSED } from '../../src/domain/reminder.ts'
import { composeLetter } from '../../src/mail/message.ts'
import { openBook } from '../support/golden/book.ts'
import { outlineOf } from '../support/golden/outline.ts'
import {
  aCertificateReminder,
  aKeyReminder,
  aReminder,
  LINKS,
  NOW,
  reminding,
  remindingA,
} from './letters.ts'

// Each letter as a whole, compared with the one that was accepted last: test/golden/mail. `npm run golden` accepts what
// has changed.

const DESCRIBED = { description: 'Fetches invoices.\nAsk <Ada> & Bob.', lastUsedAt: NOW - 90_000 }
const unused = aReminder(60, { days: UNUSED, lastUsedAt: NOW - 85 * 86_400 })
const rule = aReminder(2, {
  kind: 'federated_credential',
  credentialId: 'fed_1',
  hint: 'Deployment',
})

const LETTERS: Record<string, Letter> = {
  secret: reminding(aReminder(13)),
  'secret-that-is-used': reminding(aReminder(1, DESCRIBED)),
  key: reminding(aKeyReminder(2)),
  'key-without-a-label': reminding(aKeyReminder(2, { hint: '' })),
  certificate: reminding(aCertificateReminder(0)),
  'federated-credential': reminding(rule),
  expired: reminding(aReminder(-1, { days: 0 })),
  'expired-key': reminding(aKeyReminder(-1, { days: 0 })),
  unused: reminding(unused),
  several: reminding(aReminder(9, DESCRIBED), aKeyReminder(1), aCertificateReminder(3), rule),
  'several-secrets': reminding(aReminder(9), aReminder(4)),
  'all-groups': reminding(aReminder(3), aKeyReminder(-1), aReminder(-1), unused, unused),
  'to-a-contact': remindingA('contact', aReminder(7, DESCRIBED)),
  'several-to-a-contact': remindingA('contact', aReminder(7), aKeyReminder(2, { clientName: 'B' })),
  'expired-to-a-contact': remindingA('contact', aReminder(-1, { days: 0 })),
  'unused-to-a-contact': remindingA('contact', unused),
  'to-a-configured-address': remindingA('configured', aReminder(7)),
  test: { kind: 'test', now: NOW },
  checkpoint: {
    kind: 'checkpoint',
    now: NOW,
    size: 42,
    note: 'portcullis\n42\nroot\n\n— signed\n',
  },
}

type Links = Parameters<typeof composeLetter>[1]

async function compared(folder: string, names: string[], links: Links): Promise<string> {
  const book = openBook(`mail/${folder}`)
  for (const name of names) {
    const letter = LETTERS[name]
    if (!letter) throw new Error(`There is no letter ${name}`)
    const { subject, text, html } = composeLetter(letter, links)
    await book.compare(name, `${subject}\n\n${text}\n${outlineOf(html)}`)
  }
  return book.close()
}

it('every letter is as it was accepted, in its text and its HTML', async () => {
  expect(await compared('linked', Object.keys(LETTERS), LINKS)).toBe('')
})

it('letters of a server that does not know its address, and has settings of its own', async () => {
  const links = { issuer: null, days: [30, 7, 1, 0], unusedDays: 30 }
  const names = ['secret', 'unused', 'several', 'to-a-contact', 'test', 'checkpoint']
  expect(await compared('without-links', names, links)).toBe('')
})
