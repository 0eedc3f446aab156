import { EXIT, Failure, usageFailure } from './failure.ts'
import { prompt } from './secret-input.ts'

export const yesOption = { yes: { type: 'boolean', description: 'Without asking' } } as const

/** Before anything is sent. */
export function requireYesOrTerminal(yes: boolean, what = 'Deleting is permanent'): void {
  if (yes || process.stdin.isTTY) return
  throw usageFailure(`${what}. Without a terminal to confirm it on, give --yes.`)
}

/** Asks for a word, such as the name of what is deleted; `unchanged`: what is said after another. */
export async function confirm(
  question: string,
  word: string,
  unchanged = 'Nothing was deleted.',
): Promise<void> {
  const typed = await prompt(`${question}: `)
  if (typed !== word) throw new Failure(EXIT.failed, `That is not "${word}". ${unchanged}`)
}
