import type { Letter } from '../domain/mail.ts'
import type { Address } from './address.ts'
import type { Block, Links } from './letters/blocks.ts'
import { checkpointBlocks, checkpointSubject } from './letters/checkpoint-letter.ts'
import { reminderBlocks, reminderSubject } from './letters/reminder-letter.ts'
import { renderHtml } from './letters/render-html.ts'
import { renderText } from './letters/render-text.ts'
import { testBlocks, testSubject } from './letters/test-letter.ts'

/** A mail in words, ready for any transport. */
export type Message = {
  messageId: string
  from: Address
  to: string
  subject: string
  text: string
  html: string
}

export type Words = Pick<Message, 'subject' | 'text' | 'html'>

/** The words of a letter; its subject is one line, whatever a client's name. */
export function composeLetter(letter: Letter, links: Links): Words {
  const { subject, blocks } = wordsOf(letter, links)
  return { subject, text: renderText(blocks), html: renderHtml(subject, blocks) }
}

function wordsOf(letter: Letter, links: Links): { subject: string; blocks: Block[] } {
  switch (letter.kind) {
    case 'reminder':
      return { subject: reminderSubject(letter), blocks: reminderBlocks(letter, links) }
    case 'checkpoint':
      return { subject: checkpointSubject(letter), blocks: checkpointBlocks(letter, links) }
    case 'test':
      return { subject: testSubject, blocks: testBlocks(letter, links) }
  }
}
