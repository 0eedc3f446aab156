import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../src/domain/errors.ts'
import {
  hasVisibleCharacter,
  type NewText,
  refuseUnseen,
  unseenIn,
  withUnseenAs,
} from '../../src/domain/unseen.ts'
import { RUNS } from './arbitraries.ts'

const SEEN = [
  'Nightly billing export',
  'Łódź – naïve café',
  'e\u0301',
  '請求書',
  'فاتورة',
  '한국어',
  '42',
  '→',
  '👩‍🚀 🇩🇪',
  '❤️',
  '❤︎',
  '⚡️',
  '1️⃣',
  '👨🏽‍🚀',
  '🏳️‍🌈',
  '🏴‍☠️',
  '👁️‍🗨️',
  '👨‍👩‍👧‍👦',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  '🏴󠁧󠁢󠁳󠁣󠁴󠁿',
  '🏴󠁧󠁢󠁷󠁬󠁳󠁿',
  // Persian, Sinhala, Malayalam, Bengali, Hindi; a town in Japan; Mongolian; braille.
  'می‌خواهم',
  'ශ්‍රී',
  'ന്‍',
  'র‍্য',
  'क्‍ष',
  '葛󠄀城市',
  'ᠭᠠ\u180bᠯ',
  'ᠪᠠᠭ\u180eᠠ',
  '⠓⠀⠓',
]

/** Alone, or with something beside them, where they mean nothing. */
const UNSEEN = [
  ...'\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180e\u200b\u200c\u200d\u200e\u202e\u2060\u2064\u206f',
  ...'\u2800\u3164\ufe00\ufe0e\ufe0f\ufeff\uffa0\ufff9\ufffb\uffff',
  ...'\u{1d159}\u{1d173}\u{13441}\u{e0001}\u{e0041}\u{e007f}\u{e0100}\u{e01ef}\u{e0fff}',
]

it.each(SEEN)('sees all of %j', (text) => {
  expect([hasVisibleCharacter(text), unseenIn(text)]).toEqual([true, null])
})

describe('what nobody sees', () => {
  it('is no visible character, alone or with its like', () => {
    for (const text of [...UNSEEN, UNSEEN.join(''), '', ' ', '\u3000\u00a0', '\u0301', '\u20e3']) {
      expect([JSON.stringify(text), hasVisibleCharacter(text)]).toEqual([
        JSON.stringify(text),
        false,
      ])
    }
  })

  it('is found beside, before and between letters, and named', () => {
    for (const char of UNSEEN) {
      const name = `U+${char.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`
      for (const text of [char, `Nightly${char}`, `${char}Nightly`, `Night${char}ly`]) {
        expect([JSON.stringify(text), unseenIn(text)]).toEqual([JSON.stringify(text), name])
      }
    }
  })

  it.each([
    ['a joiner with nothing to join', '🚀\u200d'],
    ['two joiners', '👩\u200d\u200d🚀'],
    ['a joiner between a picture and a letter', '👩\u200da'],
    ['a joiner between letters that do not join', 'Night\u200cly'],
    ['a joiner at the end of a word', 'می\u200c'],
    ['a selector of a digit that is no key', '1\ufe0f'],
    ['two selectors', '❤\ufe0f\ufe0f'],
    ['tags that are no flag', '🏴\u{e0041}\u{e007f}'],
    ['a flag that does not end', '🏴\u{e0067}\u{e0062}\u{e0065}'],
    ['a braille space beside a letter', '⠓\u2800a'],
  ])('is %s', (_, text) => {
    expect(unseenIn(text)).not.toBe(null)
  })

  it('is every code point that Unicode lets a font ignore', () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      const char = String.fromCodePoint(code)
      if (/\p{Default_Ignorable_Code_Point}/u.test(char) && unseenIn(`a${char}b`) === null) {
        expect(code.toString(16)).toBe('found')
      }
    }
  })
})

it('shows something in place of each, and of nothing else', () => {
  const unit = fc.constantFrom(...UNSEEN, ...SEEN.flatMap((text) => [...text]))
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      const shown = withUnseenAs('\ufffd', text)
      expect(unseenIn(shown)).toBe(null)
      expect([...shown]).toHaveLength([...text].length)
      if (unseenIn(text) === null) expect(shown).toBe(text)
      expect(unseenIn(withUnseenAs('', text))).toBe(null)
    }),
    { ...RUNS, numRuns: 1000 },
  )
  for (const text of SEEN) expect(withUnseenAs('', text)).toBe(text)
})

describe('a text that is refused', () => {
  const fieldsOf = (texts: NewText[], before: NewText[] = []) => {
    try {
      refuseUnseen(texts, before)
      return null
    } catch (error) {
      return error instanceof Refusal ? error.extras.fields : error
    }
  }
  const name = { field: 'name', isName: true }

  it('is a name without anything to see, or a text with something unseen', () => {
    expect(fieldsOf([{ ...name, text: '\u3164' }])).toEqual([
      { field: 'name', detail: 'must have a visible character' },
    ])
    expect(
      fieldsOf([
        { ...name, text: 'a\u00ad' },
        { field: 'b', text: '\u00ad' },
      ]),
    ).toEqual([
      { field: 'name', detail: 'must have no invisible character: U+00AD is one' },
      { field: 'b', detail: 'must have no invisible character: U+00AD is one' },
    ])
  })

  it('is none that stood there before, nor an empty description', () => {
    expect(fieldsOf([{ ...name, text: '\u3164' }], [{ ...name, text: '\u3164' }])).toBe(null)
    expect(
      fieldsOf([
        { field: 'a', text: '' },
        { field: 'b', text: undefined },
      ]),
    ).toBe(null)
  })
})
