import { Refusal } from '../../domain/errors.ts'
import { hasForbiddenCharactersBesideLineBreaks } from '../../domain/text.ts'

/**
 * A receiver's own words are read in the audit log, by who judges it.
 * @throws Refusal where something in them is not what it looks like
 */
export function requirePlain(name: string, text: string | null): void {
  if (text === null || !hasForbiddenCharactersBesideLineBreaks(text)) return
  throw new Refusal(
    'invalid_request',
    `${name} must have no control or bidirectional characters but line breaks.`,
  )
}
