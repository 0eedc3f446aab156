import { expect, it } from 'vitest'
import { isLastNewest } from '../../src/domain/versioned-key.ts'

const keysOf = (versions: string) =>
  versions.split(',').map((version) => ({ version, key: 'k'.repeat(32) }))

it.each([
  ['1,2', true],
  ['2,1,3', true],
  ['9,10', true],
  ['a,1', true],
  ['2,1', false],
  ['10,9', false],
  ['1,3,2', false],
  ['1,b', false],
  ['1,9999999999999999', false],
])('of the versions %s, the last one is the newest: %s', (versions, isNewest) => {
  expect(isLastNewest(keysOf(versions))).toBe(isNewest)
})
