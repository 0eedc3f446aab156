import { expect, it } from 'vitest'
import { randomText } from '../../src/crypto/random.ts'
import { BASE62, base62 } from '../../src/domain/base62.ts'

it('makes text of the length asked for, in base 62 alone', () => {
  for (let length = 0; length <= 64; length++) {
    expect(randomText(length)).toMatch(new RegExp(`^[0-9A-Za-z]{${length}}$`))
  }
})

it('never makes the same text twice', () => {
  const texts = Array.from({ length: 1000 }, () => randomText(22))
  expect(new Set(texts).size).toBe(1000)
})

it('makes each character about as often as any other', () => {
  const perCharacter = 2000
  const counts = new Map([...BASE62].map((char) => [char, 0]))
  const text = Array.from({ length: perCharacter }, () => randomText(62)).join('')
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  // Chi-squared with 61 degrees of freedom: above 130 once in a million runs. Bytes taken modulo 62
  // without care would give more than 2,000 here.
  const terms = [...counts.values()].map((count) => (count - perCharacter) ** 2 / perCharacter)
  expect(terms).toHaveLength(62)
  expect(terms.reduce((sum, term) => sum + term, 0)).toBeLessThan(130)
})

it('writes numbers in base 62, the most significant digit first, padded with zeros', () => {
  expect(base62(0, 6)).toBe('000000')
  expect(base62(61, 6)).toBe('00000z')
  expect(base62(62, 6)).toBe('000010')
  expect(base62(0xffffffff, 6)).toBe('4gfFC3')
})
