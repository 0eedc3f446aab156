import { expect, it } from 'vitest'
import { once } from '../../src/platform/once.ts'

it('makes the value when it is first asked for, and never again: undefined, too', () => {
  let made = 0
  const value = once(() => void made++)
  expect(made).toBe(0)
  expect([value(), value()]).toEqual([undefined, undefined])
  expect(made).toBe(1)
})
