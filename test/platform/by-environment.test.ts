import { expect, it } from 'vitest'
import { byEnvironment } from '../../src/platform/by-environment.ts'

it.each<[string, unknown]>([
  ['an object', { DB: 1 }],
  ['none', undefined],
  ['null', null],
  ['a function', () => 1],
])('is made once: %s', (_name, env) => {
  let made = 0
  const of = byEnvironment(() => ({ number: ++made }))
  expect(of(env)).toBe(of(env))
  expect(made).toBe(1)
})

it('is one for each environment, text and numbers included', () => {
  const of = byEnvironment((env) => ({ env }))
  for (const env of [{}, undefined, 'staging', 'production', 7, 8]) {
    expect(of(env)).toEqual({ env })
  }
})

it('is tried again where it could not be made', () => {
  let tries = 0
  const of = byEnvironment(() => {
    if (++tries === 1) throw new TypeError('a binding is missing')
    return tries
  })
  expect(() => of({})).toThrow('a binding is missing')
  const env = {}
  expect([of(env), of(env)]).toEqual([2, 2])
})
