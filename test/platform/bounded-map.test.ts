import { expect, it } from 'vitest'
import { boundedMap } from '../../src/platform/bounded-map.ts'

it('keeps as many as it may, and forgets what was written first', () => {
  const map = boundedMap<number>(2)
  map.set('a', 1)
  map.set('b', 2)
  expect([map.get('a'), map.get('b')]).toEqual([1, 2])
  map.set('c', 3)
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([undefined, 2, 3])
})

it('counts what is written again as new', () => {
  const map = boundedMap<number>(2)
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
    ['c', 4],
  ] as const)
    map.set(key, value)
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, undefined, 4])
})
