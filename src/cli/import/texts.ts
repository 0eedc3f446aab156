import { DESCRIPTION_MAX, NAME_MAX } from '../../domain/client-details.ts'
import { cut, withoutForbiddenCharacters } from '../../domain/text.ts'
import { hasVisibleCharacter, withUnseenAs } from '../../domain/unseen.ts'
import { type Noted, noteOnce } from './notes.ts'

// Texts of other servers as this one takes them. What has to be changed for that is said in the plan.

const LIMITS = 'characters at most, none of them invisible, and no control characters'
export const NAME_LIMITS = `${NAME_MAX} ${LIMITS}`

/** The names of people's texts are one line here. */
export function lineOf(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

/** A name, or another in place of one that is empty here. */
export function nameOf(plan: Noted, about: string, text: string, instead: string): string {
  const line = lineOf(text)
  const name = nameLike(line)
  if (name === line && name !== '') return name
  const chosen = name === '' ? nameLike(instead) : name
  if (line !== '') {
    noteOnce(plan, { about, detail: `is called "${chosen}" here: a name has ${NAME_LIMITS}` })
  }
  return chosen
}

/** Whether a role, which clients have by its name, can have this one. */
export function isName(text: string): boolean {
  return text !== '' && nameLike(lineOf(text)) === text
}

/** Empty for a text with nothing to see. */
function nameLike(line: string): string {
  return hasVisibleCharacter(line) ? fitting(withoutForbiddenCharacters(line), NAME_MAX) : ''
}

/** A description keeps its lines. */
export function descriptionOf(plan: Noted, about: string, text: string): string {
  const lines = text.replaceAll(/\r\n?/g, '\n').replaceAll(/[^\S\n]+/g, ' ')
  const shown = lines.split('\n').map(withoutForbiddenCharacters).join('\n')
  const description = fitting(shown, DESCRIPTION_MAX)
  if (description !== lines.trim()) {
    const detail = `has a description that is changed here: it has ${DESCRIPTION_MAX} ${LIMITS}`
    noteOnce(plan, { about, detail })
  }
  return description
}

/** Where a sequence of characters is cut, an invisible one may be left at the end. */
function fitting(text: string, most: number): string {
  return withUnseenAs('', cut(text.trim(), most)).trim()
}
