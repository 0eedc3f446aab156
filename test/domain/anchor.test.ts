import { expect, it } from 'vitest'
import { readAnchor, signedPart } from '../../src/domain/anchor.ts'
import { CLOCK_SKEW } from '../../src/domain/time.ts'
import { NOW } from './arbitraries.ts'

const ANCHOR = { seq: 7, seal: '1.seal', at: NOW - 60 }
const SIGNED = signedPart('log', ANCHOR)

it('an anchor is read as it was signed', () => {
  expect(readAnchor(SIGNED, 'log', NOW)).toEqual(ANCHOR)
  const atTheLatest = signedPart('log', { ...ANCHOR, at: NOW + CLOCK_SKEW })
  expect(readAnchor(atTheLatest, 'log', NOW)).toEqual({ ...ANCHOR, at: NOW + CLOCK_SKEW })
})

it.each<[string, unknown]>([
  ['nothing', null],
  ['no list', { seq: 7 }],
  ["another log's", ['other', 7, '1.seal', NOW]],
  ['one without a number', ['log', '7', '1.seal', NOW]],
  ['one with a number that counts nothing', ['log', -1, '1.seal', NOW]],
  ['one without a seal', ['log', 7, null, NOW]],
  ['one without a time', ['log', 7, '1.seal', '2026']],
  ['one with a time in fractions', ['log', 7, '1.seal', NOW - 0.5]],
  ['one that says more', [...SIGNED, 'more']],
  ['one of a time that has not come', ['log', 7, '1.seal', NOW + CLOCK_SKEW + 1]],
])('is none: %s', (_, signed) => {
  expect(readAnchor(signed, 'log', NOW)).toBeNull()
})
