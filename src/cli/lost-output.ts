import { EXIT } from './failure.ts'
import { note } from './terminal.ts'

let ofSecret: string | null = null

/** Before a secret is shown that nothing shows again: `sentence` is said where it cannot be written. */
export function sayIfLost(sentence: string): void {
  ofSecret = sentence
}

/**
 * Treats a closed pipe (`portcullis clients list | head -1`) as an end like any other, but for a
 * secret: it would be lost. What cannot be said on standard error stops no command.
 */
export function endWithOutput(): void {
  process.stderr.on('error', () => {})
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' && ofSecret === null) process.exit()
    note(
      { text: 'portcullis:', colour: 'red' },
      ` Standard output cannot be written (${String(code)}). ${ofSecret ?? UNKNOWN}`,
    )
    process.exit(EXIT.failed)
  })
}

const UNKNOWN = 'The change may have been made anyway.'
