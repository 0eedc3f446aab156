import { expect, it } from 'vitest'
import { invalidField, Refusal, Unavailable } from '../../src/domain/errors.ts'

it('is told from any other error by its name, where a class cannot be compared', () => {
  expect(new Refusal('conflict', 'taken').name).toBe('Refusal')
  expect(new Unavailable('d1', 'gone').name).toBe('Unavailable')
})

it('says what is out of reach, and why', () => {
  const error = new Unavailable('kv', 'over the limit')
  expect(error.what).toBe('kv')
  expect(error.message).toBe('kv is out of reach: over the limit')
  const old = new Unavailable('migrations', 'no such table')
  expect(old.message).toBe('a migration is missing: no such table')
})

it('names the field that is not valid', () => {
  const refusal = invalidField('secret.expires_on', 'must not be in the past')
  expect(refusal.code).toBe('invalid_fields')
  expect(refusal.message).toMatch(/field/)
  expect(refusal.extras).toEqual({
    fields: [{ field: 'secret.expires_on', detail: 'must not be in the past' }],
  })
})
