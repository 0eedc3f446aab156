import { expect, it } from 'vitest'
import { hasRepeatedNames, isNestedDeeper } from '../../src/platform/json-members.ts'

const isRepeated = (text: string) => hasRepeatedNames(text, JSON.parse(text))

it.each([
  '{}',
  '[]',
  'null',
  '"a"',
  '"a:"',
  '{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}',
  '{"a" : "\\"a\\":", "b":"a"}',
  '{"a":":","b":"\\\\","c":"{\\"c\\":1}"}',
  '{"__proto__":1,"constructor":2}',
  '{"":"","a":""}',
  '["a",":b"]',
])('%s has each name once', (text) => expect(isRepeated(text)).toBe(false))

it.each([
  '{"a":1,"a":1}',
  '{"a":1,"\\u0061":2}',
  '{"b":{"a":1,"a":2}}',
  '[{"a":1,"a":2}]',
  '{"a" :1,"a"\n:2}',
  '{"a":":","b":"x","a":"\\""}',
  '{"__proto__":1,"__proto__":2}',
  '{"":1,"":2}',
])('%s has a name twice', (text) => expect(isRepeated(text)).toBe(true))

it('values are nested as deep as their innermost list or object', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 'a' : [{ a: nested(depth - 1) }])
  expect(isNestedDeeper('a', 0)).toBe(false)
  expect(isNestedDeeper(null, 0)).toBe(false)
  expect(isNestedDeeper([], 0)).toBe(true)
  expect(isNestedDeeper([1, { a: nested(3) }], 8)).toBe(false)
  expect(isNestedDeeper([1, { a: nested(3) }], 7)).toBe(true)
  expect(isNestedDeeper(JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), 50)).toBe(true)
})
