import { expect, it } from 'vitest'
import { textFor, valueIn } from '../../src/platform/typed-value.ts'

it.each([
  ['true', true],
  [' false ', false],
  ['0', 0],
  ['-7.25', -7.25],
  ['12 apples', '12 apples'],
  ['01', '01'],
  ['1.', '1.'],
  ['"true"', 'true'],
  ['""', ''],
  ['', ''],
  ['truer', 'truer'],
])('%j, typed, is %j', (typed, value) => {
  expect(valueIn(typed)).toBe(value)
})

it.each(['12345678901234567890', '1.0', '-0', '"', '"a" b', '"\\q"'])(
  '%j, typed, cannot be read',
  (typed) => {
    expect(valueIn(typed)).toBeNull()
  },
)

it.each([true, false, 0, -7.25, '', ' a ', 'a b', 'true', '12', '1.0', '"', 'a"b', 'a\nb'])(
  '%j is written as what reads as it',
  (value) => {
    expect(valueIn(textFor(value))).toBe(value)
  },
)

it('a text is quoted where it would be read as something else alone', () => {
  const texts = ['', 'true', '12', ' a', 'a b', 'a"b']
  expect(texts.map(textFor)).toEqual(['""', '"true"', '"12"', '" a"', 'a b', 'a"b'])
})
