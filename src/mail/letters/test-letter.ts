import type { Letter } from '../../domain/mail.ts'
import { asAdministrator, type Block, type Links } from './blocks.ts'
import { thresholdsInWords } from '../../domain/reminder-days.ts'
import { dateInWords } from './dates.ts'

type TestLetter = Extract<Letter, { kind: 'test' }>

export const testSubject = 'Test mail from Portcullis: mail works'

/** The letter for somebody who asked whether mail arrives. */
export function testBlocks({ now }: TestLetter, { issuer, days }: Links): Block[] {
  const when = thresholdsInWords(days, 'a client secret')
  return [
    { kind: 'heading', text: 'This is a test: mail works' },
    {
      kind: 'paragraph',
      text: `An administrator asked for this mail on ${dateInWords(now)}. There is nothing to do.`,
    },
    {
      kind: 'paragraph',
      text: `Reminders come the same way, ${when}.`,
    },
    { kind: 'footer', text: asAdministrator(issuer) },
  ]
}
