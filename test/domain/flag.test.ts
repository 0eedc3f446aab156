import { expect, it } from 'vitest'
import { readApiDocs } from '../../src/domain/api-docs.ts'
import { readFlag } from '../../src/domain/flag.ts'

const ISSUER = 'https://auth.example'
const on = ['true', 'TRUE', '1', 'yes', 'Yes', 'on', ' true\n', true, 1]
const off = ['false', 'False', '0', 'no', 'NO', 'off', '', ' ', false, 0, undefined]

it.each(on)('%j is on', (value) => {
  expect(readFlag('CLOSED', value)).toBe(true)
})

it.each(off)('%j is off', (value) => {
  expect(readFlag('CLOSED', value)).toBe(false)
})

it.each(['tomorrow', 'tru', '2', 'y', 'null', 2])('%j is neither, and says where', (value) => {
  expect(() => readFlag('CLOSED', value)).toThrow(
    'CLOSED must be true or false (or 1 or 0, yes or no, on or off)',
  )
})

it('API_DOCS is read the same, where it is no address of a script', () => {
  for (const value of on) expect(readApiDocs(value, ISSUER)).toEqual({ script: null })
  for (const value of off) expect(readApiDocs(value, ISSUER)).toBeNull()
  expect(readApiDocs('/scalar.js', ISSUER)).toEqual({ script: `${ISSUER}/scalar.js` })
  expect(() => readApiDocs('tomorrow', ISSUER)).toThrow(/API_DOCS/)
})
