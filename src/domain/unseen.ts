import { type FieldError, Refusal } from './errors.ts'

// Two names that differ only by invisible characters cannot be told apart, and a name of nothing
// else cannot be seen.

const JOINED = ['Arab', 'Syrc', 'Mong', 'Nkoo', 'Mand', 'Adlm', 'Rohg']
const OF_JOINED = JOINED.map((script) => `\\p{scx=${script}}`).join('')
const CURSIVE = `[[[${OF_JOINED}]&&[\\p{L}\\p{M}]]--\\p{Default_Ignorable_Code_Point}]`
const VIRAMA =
  '[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca\\u1039\\u1b44\\ua8c4\\ua9c0\\u{11133}]'
const LETTER = '[\\p{Lo}--\\p{Default_Ignorable_Code_Point}]'
const PICTURE = '\\p{Extended_Pictographic}'
const EMOJI = '[\\p{Emoji}--\\p{Emoji_Component}]'

/** Contexts in which an invisible character is intentional and changes the rendering. */
const MEANT = [
  // The flags of England, Scotland and Wales are spelled with tags.
  '\\p{RGI_Emoji_Tag_Sequence}',
  // 👩‍🚀: UAX #29 GB11, so that future emoji are not refused.
  `(?<=${PICTURE}\\p{Emoji_Modifier}?|${EMOJI}\\ufe0f)\\u200d(?=${PICTURE})`,
  // ❤️ and ❤︎; 1️⃣
  `(?<=${EMOJI})[\\ufe0e\\ufe0f]`,
  '(?<=[0-9#*])\\ufe0f(?=\\u20e3)',
  // Persian plurals and compounds; conjuncts and half forms of India and Sri Lanka (UAX #31 §2.3).
  `(?<=${CURSIVE})[\\u200c\\u200d](?=${CURSIVE})`,
  `(?<=${VIRAMA})[\\u200c\\u200d]|(?<=${LETTER})[\\u200c\\u200d](?=${VIRAMA})`,
  // Variants of Han characters in names of people and towns; variants of Mongolian letters.
  '(?<=\\p{Unified_Ideograph})[\\ufe00-\\ufe02\\u{e0100}-\\u{e01ef}]',
  '(?<=[\\u1820-\\u18aa])[\\u180b-\\u180d\\u180f]|(?<=[\\u1820-\\u18aa])\\u180e(?=[\\u1820-\\u18aa])',
  // The space of braille.
  '(?<=[\\u2801-\\u28ff])\\u2800(?=[\\u2801-\\u28ff])',
].join('|')

const BLANK = '\\u2800\\u{13441}\\u{13442}\\u{1d159}'
const UNSEEN = `[\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}\\ufff9-\\ufffb${BLANK}]`

const MEANT_OR_UNSEEN = new RegExp(`(?<meant>${MEANT})|${UNSEEN}`, 'gv')

// A combining mark alone has no base character.
const SEEN = new RegExp(`[^\\p{Z}\\p{M}\\p{Cc}\\p{Cf}\\p{Cs}${UNSEEN}]`, 'v')

/** Whether a text has any visible character. */
export function hasVisibleCharacter(text: string): boolean {
  return SEEN.test(text)
}

/**
 * The first invisible character of a text, such as U+00AD; those that change the rendering of
 * others count as visible.
 */
export function unseenIn(text: string): string | null {
  for (const { 0: found, groups } of text.matchAll(MEANT_OR_UNSEEN)) {
    if (groups?.['meant'] === undefined) return nameOf(found)
  }
  return null
}

/** The text with each invisible character replaced, or written as the function has it. */
export function withUnseenAs(instead: string | ((unseen: string) => string), text: string): string {
  const write = typeof instead === 'string' ? () => instead : instead
  return text.replaceAll(MEANT_OR_UNSEEN, (found, meant?: string) => (meant ? found : write(found)))
}

function nameOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase()
  return `U+${code.padStart(4, '0')}`
}

export const VISIBLE_DETAIL = 'must have a visible character'

export function unseenDetail(text = ''): string {
  const unseen = unseenIn(text)
  return `must have no invisible character${unseen === null ? '' : `: ${unseen} is one`}`
}

export type NewText = { field: string; text: string | undefined; isName?: boolean }

/**
 * Refuses invisible characters in texts, except for those in `before`, which may be older than this
 * rule.
 */
export function refuseUnseen(texts: NewText[], before: NewText[]): void {
  const known = new Set(before.map(({ text }) => text))
  const fields = texts.flatMap((one) => (known.has(one.text) ? [] : problemsOf(one)))
  if (fields.length === 0) return
  throw new Refusal('invalid_fields', 'A field is not valid.', { fields })
}

function problemsOf({ field, text = '', isName = false }: NewText): FieldError[] {
  if (isName && !hasVisibleCharacter(text)) return [{ field, detail: VISIBLE_DETAIL }]
  return unseenIn(text) === null ? [] : [{ field, detail: unseenDetail(text) }]
}
