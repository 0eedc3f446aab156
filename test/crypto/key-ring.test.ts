import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { KEY_LENGTH_MIN, readKeyRing } from '../../src/crypto/key-ring.ts'
import { RUNS } from '../domain/arbitraries.ts'

const KEY = 'k'.repeat(KEY_LENGTH_MIN)

/** The message with which a value is refused. */
function refusal(value: unknown): string {
  try {
    readKeyRing('PEPPER', value)
  } catch (error) {
    if (error instanceof TypeError) return error.message
    throw error
  }
  throw new Error('it was not refused')
}

it('reads one key', () => {
  expect(readKeyRing('PEPPER', `1:${KEY}`)).toEqual({
    name: 'PEPPER',
    current: { version: '1', key: KEY },
    versions: new Map([['1', KEY]]),
  })
})

it('makes what is new with the first of several, and reads with all', () => {
  const ring = readKeyRing('PEPPER', `2:${KEY}2, 1:${KEY}1`)
  expect(ring.current).toEqual({ version: '2', key: `${KEY}2` })
  expect([...ring.versions]).toEqual([
    ['2', `${KEY}2`],
    ['1', `${KEY}1`],
  ])
})

it('takes a key with any visible character but a comma', () => {
  const key = `!"#$%&'()*+-./:;<=>?@[\\]^_\`{|}~${KEY}`
  expect(readKeyRing('PEPPER', `v1:${key}`).current).toEqual({ version: 'v1', key })
})

const REFUSED: [unknown, RegExp][] = [
  [undefined, /^PEPPER is missing$/],
  [null, /^PEPPER is missing$/],
  ['', /^PEPPER is missing$/],
  [42, /^PEPPER is missing$/],
  [{}, /^PEPPER is missing$/],
  [KEY, /^PEPPER must look like 1:/],
  [`:${KEY}`, /^PEPPER must look like 1:/],
  [`1 :${KEY}`, /^PEPPER must look like 1:/],
  [`1:${KEY} ${KEY}`, /^PEPPER must look like 1:/],
  [`1:${KEY}\n${KEY}`, /^PEPPER must look like 1:/],
  [`1:${KEY}é`, /^PEPPER must look like 1:/],
  [`a.b:${KEY}`, /^PEPPER must look like 1:/],
  [`12345678901234567:${KEY}`, /^PEPPER must look like 1:/],
  ['1:', /^PEPPER must look like 1:/],
  [`1:${KEY},`, /^PEPPER must look like 1:/],
  [`1:${KEY.slice(1)}`, /^PEPPER is too short/],
  [`2:${KEY},1:${KEY.slice(1)}`, /^PEPPER is too short/],
  [`1:${KEY},1:${KEY}`, /^PEPPER repeats a version$/],
]

it('says of each wrong value what is wrong', () => {
  for (const [value, words] of REFUSED) expect(refusal(value)).toMatch(words)
})

it('never quotes what it refuses', () => {
  const short = fc.stringMatching(/^[!-+\--~]{4,31}$/)
  fc.assert(
    fc.property(short, (key) => {
      // Text that is in the message anyway does not count as leaked.
      fc.pre(!'PEPPER is too short: it needs at least 32 characters'.includes(key))
      expect(refusal(`1:${key}`)).not.toContain(key)
      fc.pre(!'PEPPER must look like 1:<at least 32 random characters>'.includes(key))
      expect(refusal(`${key} ${KEY}`)).not.toContain(key)
    }),
    RUNS,
  )
})
