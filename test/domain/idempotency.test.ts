import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalJson } from '../../src/domain/idempotency.ts'
import { RUNS } from './arbitraries.ts'

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, part]) => [name, shuffled(part)]),
  )
}

it('is one text for one value, in whatever order its fields come', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const value: unknown = JSON.parse(json)
      expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value))
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
    RUNS,
  )
})

it('tells the order of a list, a text from a number, and nothing from null', () => {
  const texts = [[1, 2], [2, 1], ['1', 2], {}, { a: null }, { a: '' }, null].map(canonicalJson)
  expect(new Set(texts).size).toBe(texts.length)
  expect(canonicalJson({ b: 1, a: undefined })).toBe('{"b":1}')
})
