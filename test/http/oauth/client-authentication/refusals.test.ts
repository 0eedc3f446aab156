import { describe, expect, it } from 'vitest'
import { Refusal } from '../../../../src/domain/errors.ts'
import {
  authenticates,
  authenticatesInBody,
  METHOD_NAMES,
  readCredentials,
} from '../../../../src/http/oauth/client-authentication/methods.ts'
import { parseForm } from '../../../../src/http/oauth/form.ts'

const BASIC = `Basic ${btoa('a:b')}`
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const JWT_SPIFFE = 'urn:ietf:params:oauth:client-assertion-type:jwt-spiffe'

const requestWith = (authorization?: string) =>
  new Request('https://auth.example/oauth/token', {
    headers: authorization === undefined ? {} : { authorization },
  })
const fields = (of: Record<string, string>) => parseForm(new URLSearchParams(of).toString())

/** An assertion with these claims, of which the signature is judged later. */
const asserting = (claims: unknown, type = JWT_BEARER) => ({
  client_assertion_type: type,
  client_assertion: `e30.${btoa(JSON.stringify(claims)).replace(/=+$/, '')}.c2ln`,
})

function refusalOf(authorization: string | undefined, of: Record<string, string>) {
  try {
    return readCredentials(requestWith(authorization), fields(of))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return [error.code, error.message, error.extras]
  }
}

const MISSING = [
  'invalid_client',
  'Client authentication is missing.',
  { reason: 'no_credentials' },
]
const HEADER = [
  'invalid_client',
  'The Authorization header is not a valid Basic header.',
  { reason: 'malformed_credentials' },
]
const SCHEME = [
  'invalid_client',
  'The Authorization header must use the scheme Basic.',
  { reason: 'malformed_credentials' },
]
const TYPE = [
  'invalid_client',
  `The client_assertion_type here is ${JWT_BEARER} or ${JWT_SPIFFE}.`,
  { reason: 'malformed_credentials' },
]
const NOT_VALID = [
  'invalid_client',
  'The client_assertion is not valid.',
  { reason: 'wrong_assertion', detail: 'wrong_issuer_or_subject' },
]
const TWICE = ['invalid_request', 'The client authenticates in two ways at once.', {}]
const lacks = (name: string) => ['invalid_request', `The parameter ${name} is missing.`, {}]

describe('credentials are refused with a sentence, and a reason for the log', () => {
  it.each<[string, string | undefined, Record<string, string>, unknown[]]>([
    ['none', undefined, {}, MISSING],
    ['a secret of nobody', undefined, { client_secret: 'b' }, MISSING],
    ['another scheme', 'Digest a', {}, SCHEME],
    ['an empty header', '', {}, SCHEME],
    ['a Basic header that is not base64', 'Basic !', {}, HEADER],
    ['two ways', BASIC, { client_id: 'a', client_secret: 'b' }, TWICE],
    [
      'another client in the body',
      BASIC,
      { client_id: 'c' },
      ['invalid_request', 'The client_id in the body names another client.', {}],
    ],
    ['no assertion', undefined, { client_assertion_type: JWT_BEARER }, lacks('client_assertion')],
    ['no type', undefined, { client_assertion: 'a.b.c' }, lacks('client_assertion_type')],
    ['another type', undefined, asserting({ sub: 'a' }, 'urn:a:b'), TYPE],
    [
      'an assertion that is none',
      undefined,
      { ...asserting({}), client_assertion: 'x' },
      NOT_VALID,
    ],
    ['no base64url', undefined, { ...asserting({}), client_assertion: 'e30.!!.a' }, NOT_VALID],
    ['no JSON', undefined, { ...asserting({}), client_assertion: 'e30.e30x.a' }, NOT_VALID],
    ['bytes', undefined, { ...asserting({}), client_assertion: 'e30._w.a' }, NOT_VALID],
    ['null', undefined, asserting(null), NOT_VALID],
    ['a text', undefined, asserting('sub'), NOT_VALID],
    ['no subject', undefined, asserting({ iss: 'a' }), NOT_VALID],
    ['an empty subject', undefined, asserting({ iss: '', sub: '' }), NOT_VALID],
    ['a number', undefined, asserting({ iss: 7, sub: 7 }), NOT_VALID],
    [
      'the assertion of another client',
      undefined,
      { ...asserting({ iss: 'a', sub: 'a' }), client_id: 'b' },
      NOT_VALID,
    ],
  ])('%s', (_, authorization, of, expected) => {
    expect(refusalOf(authorization, of)).toEqual(expected)
  })
})

describe('an assertion', () => {
  it.each([JWT_BEARER, JWT_SPIFFE])('is of the client that signed it, as %s', (type) => {
    const sent = asserting({ iss: 'a', sub: 'a' }, type)
    const read = { kind: 'public_key', clientId: 'a', assertion: sent.client_assertion }
    expect(refusalOf(undefined, sent)).toEqual(read)
    expect(refusalOf(undefined, { ...sent, client_id: 'a' })).toEqual(read)
  })

  it('is a platform’s where its issuer is a URL, and it names no subject', () => {
    for (const sub of [undefined, '', 7]) {
      const sent = asserting({ iss: 'https://ci.example', sub })
      const read = { kind: 'federated_credential', clientId: '' }
      expect(refusalOf(undefined, sent)).toMatchObject(read)
    }
  })

  it('is a platform’s where its issuer is another than its subject', () => {
    const sent = asserting({ iss: 'https://ci.example', sub: 'a' })
    const read = { kind: 'federated_credential', assertion: sent.client_assertion }
    expect(refusalOf(undefined, sent)).toEqual({ ...read, clientId: '' })
    expect(refusalOf(undefined, { ...sent, client_id: 'b' })).toEqual({ ...read, clientId: 'b' })
  })
})

it('the methods have the names of RFC 8414, and a request is told to use one or not', () => {
  expect(METHOD_NAMES).toEqual(['client_secret_basic', 'client_secret_post', 'private_key_jwt'])
  for (const [authorization, of, somehow, inBody] of [
    [undefined, {}, false, false],
    [undefined, { client_id: 'a' }, false, false],
    [BASIC, {}, true, false],
    [undefined, { client_secret: 'b' }, true, true],
    [undefined, { client_assertion: 'x' }, true, true],
    [undefined, { client_assertion_type: 'x' }, true, true],
  ] as [string | undefined, Record<string, string>, boolean, boolean][]) {
    const [request, form] = [requestWith(authorization), fields(of)]
    const asked = [authenticates(request, form), authenticatesInBody(request, form)]
    expect([of, ...asked]).toEqual([of, somehow, inBody])
  }
})
