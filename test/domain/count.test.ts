import { expect, it } from 'vitest'
import { countedInWords } from '../../src/domain/count.ts'

it('one thing is counted in the singular, none and several in the plural', () => {
  expect([0, 1, 2].map((n) => countedInWords(n, 'day'))).toEqual(['0 days', '1 day', '2 days'])
  expect(countedInWords(1, 'entry', 'entries')).toBe('1 entry')
  expect(countedInWords(2, 'entry', 'entries')).toBe('2 entries')
})
