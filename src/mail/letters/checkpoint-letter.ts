import type { Letter } from '../../domain/mail.ts'
import { countedInWords } from '../../domain/count.ts'
import { type Block, type Links, serverAt } from './blocks.ts'
import { dateInWords } from './dates.ts'

type CheckpointLetter = Extract<Letter, { kind: 'checkpoint' }>

export function checkpointSubject({ size }: CheckpointLetter): string {
  return `Checkpoint of the audit log: ${countedInWords(size, 'event')}`
}

/** The note is a paragraph of its own: its lines are kept in the plain text. */
export function checkpointBlocks({ note, now }: CheckpointLetter, { issuer }: Links): Block[] {
  return [
    { kind: 'heading', text: 'Keep this mail' },
    {
      kind: 'paragraph',
      text: `The audit log ended here on ${dateInWords(now)}. A later change to the log cannot change this mail. The command portcullis audit verify compares the log with the note:`,
    },
    { kind: 'paragraph', text: note.trimEnd() },
    {
      kind: 'footer',
      text: `You get this email because AUDIT_CHECKPOINT_MAIL of ${serverAt(issuer)} names this address.`,
    },
  ]
}
