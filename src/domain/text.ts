import { withUnseenAs } from './unseen.ts'

// Control characters, and the marks that reorder or hide text (Trojan Source, CVE-2021-42574): a name
// that reads otherwise than it is stored would deceive whoever suspends by name.
const FORBIDDEN =
  /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]/u
const FORBIDDEN_BUT_LINE_BREAKS =
  /[^\P{Cc}\n]|[\p{Cs}\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]/u

const EVERY_FORBIDDEN = new RegExp(FORBIDDEN, 'gu')

/** Whether a one-line text has a control or bidirectional-override character. */
export function hasForbiddenCharacters(text: string): boolean {
  return FORBIDDEN.test(text)
}

/** The same for a text of several lines, in which line feeds are fine. */
export function hasForbiddenCharactersBesideLineBreaks(text: string): boolean {
  return FORBIDDEN_BUT_LINE_BREAKS.test(text)
}

/** A one-line text that is safe to show: U+FFFD stands where a forbidden or an unseen character stood. */
export function withoutForbiddenCharacters(text: string): string {
  return withUnseenAs('\ufffd', text.replaceAll(EVERY_FORBIDDEN, '\ufffd'))
}

/**
 * What a text is searched and sorted by: case and composed forms make no difference. Composed again
 * in lower case, because some letters are composed there alone; one sigma, wherever in a word.
 */
export function searchable(text: string): string {
  return text.toLowerCase().normalize('NFC').replaceAll('ς', 'σ')
}

/** At most `length` characters; a surrogate pair is never cut in two. */
export function cut(text: string, length: number): string {
  return [...text].slice(0, length).join('')
}
