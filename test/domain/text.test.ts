import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  cut,
  hasForbiddenCharacters,
  hasForbiddenCharactersBesideLineBreaks,
  searchable,
  withoutForbiddenCharacters,
} from '../../src/domain/text.ts'
import { unseenIn } from '../../src/domain/unseen.ts'
import { RUNS } from './arbitraries.ts'

const FORBIDDEN = [
  0, 8, 9, 13, 27, 31, 127, 128, 133, 159, 1564, 8206, 8207, 8234, 8235, 8236, 8237, 8238, 8294,
  8295, 8296, 8297, 8203, 8288, 65279, 8232, 8233, 55296, 57343,
]

it('finds every forbidden character wherever it stands', () => {
  for (const char of FORBIDDEN.map((code) => String.fromCharCode(code))) {
    for (const text of [char, `a${char}`, `${char}b`, `a${char}b`]) {
      const found = [hasForbiddenCharacters(text), hasForbiddenCharactersBesideLineBreaks(text)]
      expect([JSON.stringify(text), ...found]).toEqual([JSON.stringify(text), true, true])
    }
  }
})

it('lets line feeds pass in a text of several lines alone', () => {
  expect(hasForbiddenCharacters('one\ntwo')).toBe(true)
  expect(hasForbiddenCharactersBesideLineBreaks('one\ntwo\n\nthree')).toBe(false)
})

it.each([
  'Nightly billing export',
  'Łódź – naïve café',
  '請求書',
  'فاتورة',
  '👩‍🚀 🇩🇪',
  '<b>&amp;</b>',
  '',
])('lets people write %j', (text) => {
  expect(hasForbiddenCharacters(text)).toBe(false)
  expect(hasForbiddenCharactersBesideLineBreaks(text)).toBe(false)
})

it('judges texts of one line and of several alike but for line feeds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const one = hasForbiddenCharacters(text.replaceAll('\n', ''))
      expect(hasForbiddenCharactersBesideLineBreaks(text)).toBe(one)
      expect(hasForbiddenCharacters(text)).toBe(one || text.includes('\n'))
    }),
    { ...RUNS, numRuns: 1000 },
  )
})

it('makes no difference of case or of composed forms', () => {
  expect(searchable('CAFÉ')).toBe(searchable('cafe\u0301'))
  expect(searchable('\u212bngström')).toBe(searchable('ångstro\u0308m'))
  expect(searchable('STRASSE')).not.toBe(searchable('Straße'))
})

// U+01F0 and U+1E96 to U+1E99: what a capital of them is composed to depends on when it is.
it('makes no difference of case for letters that are composed in lower case alone', () => {
  for (const letter of ['ǰ', 'ẖ', 'ẗ', 'ẘ', 'ẙ']) {
    expect(searchable(letter.toUpperCase())).toBe(searchable(letter))
  }
})

it('makes no difference of decomposed forms, and has nothing left to change', () => {
  const text = fc.string({ unit: 'grapheme' })
  fc.assert(
    fc.property(text, (any) => {
      expect(searchable(any.normalize('NFD'))).toBe(searchable(any))
      expect(searchable(searchable(any))).toBe(searchable(any))
    }),
    RUNS,
  )
})

it('cuts a text to a number of characters, and none of them in two', () => {
  expect(cut('👩👩👩', 2)).toBe('👩👩')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat({ max: 20 }), (text, length) => {
      const short = cut(text, length)
      expect(text.startsWith(short)).toBe(true)
      expect([...short]).toHaveLength(Math.min(length, [...text].length))
      expect(short.isWellFormed()).toBe(true)
    }),
    RUNS,
  )
})

it('finds a Greek word however its last sigma is written', () => {
  expect(searchable('ΟΔΥΣΣΕΥΣ')).toBe('οδυσσευσ')
  expect(searchable('ὀδυσσεύς')).toContain('σ')
  expect(searchable('ΣΊΣΥΦΟΣ')).toBe(searchable('Σίσυφος'))
})

it('shows in place of each forbidden character that one was there', () => {
  expect(withoutForbiddenCharacters('a\u202eb\nc\u0000')).toBe('a\ufffdb\ufffdc\ufffd')
  expect(withoutForbiddenCharacters('a\u00ad 👩‍🚀\u3164')).toBe('a\ufffd 👩‍🚀\ufffd')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const safe = withoutForbiddenCharacters(text)
      expect(hasForbiddenCharacters(safe)).toBe(false)
      expect([...safe]).toHaveLength([...text].length)
      if (!hasForbiddenCharacters(text) && unseenIn(text) === null) expect(safe).toBe(text)
    }),
    RUNS,
  )
})
