import * as v from 'valibot'
import { DESCRIPTION_MAX, NAME_MAX } from '../domain/client-details.ts'
import { LABEL_MAX } from '../domain/public-key.ts'
import { hasForbiddenCharacters, hasForbiddenCharactersBesideLineBreaks } from '../domain/text.ts'
import { hasVisibleCharacter, unseenDetail, unseenIn, VISIBLE_DETAIL } from '../domain/unseen.ts'

export const isPlain = (text: string) => !hasForbiddenCharacters(text)
const isPlainText = (text: string) => !hasForbiddenCharactersBesideLineBreaks(text)
const hasAtMost = (max: number) => (text: string) => [...text].length <= max

// For changes: text stored before unseen characters were refused is judged where it is known.
export const keptName = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty('must not be empty'),
  v.check(hasAtMost(NAME_MAX), `must have at most ${NAME_MAX} characters`),
  v.check(isPlain, 'must have no control or bidirectional characters'),
)

export const keptDescription = v.pipe(
  v.string(),
  v.transform((text) => text.replaceAll('\r\n', '\n')),
  v.check(hasAtMost(DESCRIPTION_MAX), `must have at most ${DESCRIPTION_MAX} characters`),
  v.check(isPlainText, 'must have no control or bidirectional characters but line breaks'),
)

// One problem at a time: does not repeat what an earlier check has named.
export const name = v.pipe(
  keptName,
  v.check((text) => text === '' || !isPlain(text) || hasVisibleCharacter(text), VISIBLE_DETAIL),
  v.check(
    (text) => !isPlain(text) || !hasVisibleCharacter(text) || unseenIn(text) === null,
    (issue) => unseenDetail(issue.input),
  ),
)

/** A credential's name for people; may be empty. */
export const label = v.pipe(
  v.string(),
  v.trim(),
  v.check(hasAtMost(LABEL_MAX), `must have at most ${LABEL_MAX} characters`),
  v.check(isPlain, 'must have no control or bidirectional characters'),
  v.check(
    (text) => !isPlain(text) || unseenIn(text) === null,
    (issue) => unseenDetail(issue.input),
  ),
)

export const description = v.pipe(
  keptDescription,
  v.check(
    (text) => !isPlainText(text) || unseenIn(text) === null,
    (issue) => unseenDetail(issue.input),
  ),
)

export function between(min: number, max: number) {
  const detail = `must be a whole number of seconds from ${min} to ${max}`
  return v.pipe(v.number(), v.integer(detail), v.minValue(min, detail), v.maxValue(max, detail))
}
