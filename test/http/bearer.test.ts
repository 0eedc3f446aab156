import { expect, it } from 'vitest'
import { readBearer } from '../../src/http/bearer.ts'

const read = (authorization?: string) =>
  readBearer(
    new Request(
      'https://auth.example/',
      authorization === undefined ? {} : { headers: { authorization } },
    ),
  )

it.each([
  ['Bearer abc', 'abc'],
  ['bearer abc', 'abc'],
  ['BEARER   abc', 'abc'],
  ['Bearer aZ0-._~+/', 'aZ0-._~+/'],
  ['Bearer abc==', 'abc=='],
])('the token of "%s" is %s', (header, token) => {
  expect(read(header)).toBe(token)
})

it.each([
  undefined,
  '',
  'Bearer',
  'Bearer ',
  'Bearerabc',
  'Basic abc',
  'abc',
  'x Bearer abc',
  'Bearer abc x',
  'Bearer abc,x',
  'Bearer a=b',
  'Bearer =',
  'Bearer "abc"',
  'Bearer\tabc',
])('there is none in "%s"', (header) => {
  expect(read(header)).toBeNull()
})
