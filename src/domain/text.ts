import { withUnseenAs } from './unseen.ts'

// Control characters, and marks that reorder or hide text (Trojan Source, CVE-2021-42574): a name
// that reads differently from how it is stored would deceive an administrator who suspends by name.
const FORBIDDEN =
  /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]/u
const FORBIDDEN_BUT_LINE_BREAKS =
  /[^\P{Cc}\n]|[\p{Cs}\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]/u

const EVERY_FORBIDDEN = new RegExp(FORBIDDEN, 'gu')
const EVERY_FORBIDDEN_BUT_LINE_BREAKS = new RegExp(FORBIDDEN_BUT_LINE_BREAKS, 'gu')

/** Whether a one-line text has a control or bidirectional-override character. */
export function hasForbiddenCharacters(text: string): boolean {
  return FORBIDDEN.test(text)
}

/** Like `hasForbiddenCharacters`, for a text of several lines: line feeds are allowed. */
export function hasForbiddenCharactersBesideLineBreaks(text: string): boolean {
  return FORBIDDEN_BUT_LINE_BREAKS.test(text)
}

/** A one-line text that is safe to show: U+FFFD replaces each forbidden or invisible character. */
export function withoutForbiddenCharacters(text: string): string {
  return withUnseenAs('\ufffd', text.replaceAll(EVERY_FORBIDDEN, '\ufffd'))
}

/** A text of several lines, with each forbidden or invisible character written as `write` has it. */
export function withForbiddenAs(write: (character: string) => string, text: string): string {
  return withUnseenAs(write, text.replaceAll(EVERY_FORBIDDEN_BUT_LINE_BREAKS, write))
}

/**
 * The form by which text is searched and sorted: case and composition make no difference. Composed
 * again after lower-casing, because some letters only compose there; the final sigma equals the
 * others.
 */
export function searchable(text: string): string {
  return text.toLowerCase().normalize('NFC').replaceAll('ς', 'σ')
}

// Letters that are not written as another with a mark, and are looked for by these.
const PLAIN_LETTERS: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
  ŧ: 't',
}
const ACCENTS = /[\u0300-\u036f]/g
const OTHER_LETTERS = new RegExp(`[${Object.keys(PLAIN_LETTERS).join('')}]`, 'g')

/** The form in which text is looked for: like `searchable`, and accents make no difference either. */
export function folded(text: string): string {
  return searchable(text)
    .normalize('NFD')
    .replaceAll(ACCENTS, '')
    .normalize('NFC')
    .replaceAll(OTHER_LETTERS, (letter) => PLAIN_LETTERS[letter] ?? letter)
}

/** At most `length` characters; a surrogate pair is never split. */
export function cut(text: string, length: number): string {
  return [...text].slice(0, length).join('')
}
