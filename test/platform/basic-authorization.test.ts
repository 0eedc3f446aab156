import { expect, it } from 'vitest'
import { parseBasic } from '../../src/http/oauth/client-authentication/basic.ts'
import { basicAuthorization } from '../../src/platform/basic-authorization.ts'

it('form-encodes both halves (RFC 6749 §2.3.1), and no more than must be', () => {
  const encoded = basicAuthorization('my-client_1.a', 'a b:c%+é')
  expect(atob(encoded.slice('Basic '.length))).toBe('my-client_1.a:a+b%3Ac%25%2B%C3%A9')
})

it.each([
  ['client', 'secret'],
  ['cli:ent', 'se:cret'],
  ["it's (a) *client*!~", 'a+b %2B 👍'],
])('the server reads %j and %j back', (clientId, secret) => {
  expect(parseBasic(basicAuthorization(clientId, secret))).toEqual({ clientId, secret })
})
