import { expect, it } from 'vitest'
import { idOfHash, isIdOf, isLikeClientId, isLikeOtherId, newId } from '../../src/domain/ids.ts'

const random = (length: number) => 'aZ9'.repeat(8).slice(0, length)

it('an id that is made has the form of one of its kind, and of no other', () => {
  expect(newId('client', random)).toBe(`client_${random(22)}`)
  expect(newId('role', random)).toBe(`role_${random(16)}`)
  expect(isIdOf('client', newId('client', random))).toBe(true)
  expect(isIdOf('role', newId('role', random))).toBe(true)
  expect(isIdOf('api', newId('role', random))).toBe(false)
  const hash = '-_'.repeat(22)
  expect(isIdOf('incident', idOfHash('incident', hash))).toBe(true)
})

it('a name that begins as an id does is none, as it is shorter or longer', () => {
  for (const name of ['client_billing', `client_${random(21)}`, `client_${random(23)}`]) {
    expect(isIdOf('client', name)).toBe(false)
    expect(isLikeClientId(name)).toBe(true)
  }
  expect(isLikeClientId('client_')).toBe(false)
  expect(isLikeClientId(`client_${'a'.repeat(58)}`)).toBe(false)
  expect(isLikeOtherId(newId('secret', random))).toBe(true)
  expect(isLikeOtherId(newId('client', random))).toBe(false)
})
