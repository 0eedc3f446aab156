import type { GenericSchema } from 'valibot'
import { expect, it } from 'vitest'
import { newCertificateSchema, newKeySchema } from '../../src/web/credential-schemas.ts'
import {
  issuerPatchSchema,
  newFederatedCredentialSchema,
  newIssuerSchema,
} from '../../src/web/federation-schemas.ts'
import { importSchema } from '../../src/web/import-schemas.ts'
import { parse } from '../../src/web/parse.ts'
import * as of from '../../src/web/schemas.ts'
import { API, BULK, IMPORTED, INCIDENT, ISSUER, PLAIN, problemsIn, RULE } from './fields.ts'

const TAG = 'must have 1 to 50 characters of a-z 0-9 : . _ -'
const SCOPE = 'must be a scope value: printable ASCII without space, " and \\'
const AUDIENCE =
  'must be a name such as orders-api, or an absolute URI without a fragment, in printable ASCII without spaces'
const TIME = 'must be a time such as 2027-01-31T12:00:00Z'
const ASCII = 'must be printable ASCII, and not empty'
const CLAIM = 'must be 1 to 200 printable ASCII characters without spaces'
const ADDRESSES = 'must be email addresses such as ada@example.com'
const INSTEAD = 'must be sent, or hash instead of it'
const MEASURES = 'must be true where end_secrets and revoke_tokens are false'

const TAGGED = { ...BULK, action: 'tag' }
const NO_MEASURE = { ...INCIDENT, suspend: false, end_secrets: false, revoke_tokens: false }
const HASH = `$pbkdf2-sha256$i=25000,l=32$${'a'.repeat(22)}$${'b'.repeat(43)}`
const TEXT = 'x'.repeat(16)

type Body = Record<string, unknown>
const importOf = (...some: Body[]): Body => ({
  clients: some.map((one) => ({ ...IMPORTED, ...one })),
})
const permissions = (...names: string[]): Body => ({
  ...API,
  permissions: names.map((permission) => ({ permission })),
})

/** Bodies with one thing wrong, and the sentence about it. */
const WRONG: [GenericSchema, Body, string][] = [
  ...['', 'A', 'a b', 'ä', 'x'.repeat(51)].map((tag): [GenericSchema, Body, string] => [
    of.clientPatchSchema,
    { tags: ['ok', tag] },
    `tags.1: ${TAG}`,
  ]),
  [of.clientPatchSchema, { tags: ['a', 'a'] }, 'tags: must name each tag once'],
  [of.bulkSchema, { ...TAGGED, add: ['a', 'a'] }, 'add: must name each tag once'],
  [of.clientPatchSchema, { contacts: ['ada'] }, `contacts.0: ${ADDRESSES}`],
  [
    of.clientPatchSchema,
    { contacts: ['a@b.example', 'a@B.example'] },
    'contacts: must name each address once',
  ],
  [
    of.clientPatchSchema,
    { access_token_lifetime: 60.5 },
    'access_token_lifetime: must be a whole number of seconds from 60 to 43200',
  ],
  ...['', 'a b', 'a"', 'a\\', 'ä'].map((name): [GenericSchema, Body, string] => [
    of.newApiSchema,
    permissions(name),
    `permissions.0.permission: ${SCOPE}`,
  ]),
  [of.newApiSchema, permissions('a', 'a'), 'permissions: must name each permission once'],
  [of.keptApiSchema, permissions('a', 'a'), 'permissions: must name each permission once'],
  ...[
    '',
    'a b',
    'ä',
    ':',
    '1:a',
    'https:',
    'https://',
    'https://a.example/#',
    'https://a.example/<',
    'a:\\',
    'a:ä',
  ].map((audience): [GenericSchema, Body, string] => [
    of.newApiSchema,
    { ...API, audience },
    `audience: ${AUDIENCE}`,
  ]),
  [of.lookupSchema, { text: ' \n' }, 'text: must not be empty'],
  [of.incidentSchema, { client_ids: [] }, 'client_ids: must name a client'],
  [of.incidentSchema, NO_MEASURE, `suspend: ${MEASURES}`],
  [of.bulkSchema, { ...BULK, client_ids: [] }, 'client_ids: must name a client'],
  [of.bulkSchema, { ...BULK, client_ids: ['a', 'a'] }, 'client_ids: must name each client once'],
  [of.bulkSchema, TAGGED, 'add: must have a tag, or remove must'],
  [of.bulkSchema, { ...TAGGED, add: [], remove: [] }, 'add: must have a tag, or remove must'],
  [of.bulkSchema, { ...BULK, add: [] }, 'add: goes only with the action tag'],
  [of.bulkSchema, { ...BULK, remove: [] }, 'add: goes only with the action tag'],
  [of.bulkSchema, { ...TAGGED, add: ['a', 'b'], remove: ['b'] }, 'remove: must name no tag of add'],
  ...[
    '2027-01-31',
    '2027-01-31T12:00:00',
    '2027-01-31T12:00:00.0Z',
    '2027-13-31T12:00:00Z',
    'x2027-01-31T12:00:00Z',
    '2027-01-31T12:00:00Zx',
  ].map((time): [GenericSchema, Body, string] => [
    of.secretPatchSchema,
    { retires_at: time },
    `retires_at: ${TIME}`,
  ]),
  [newCertificateSchema, { san_dns: 'a\nb' }, `san_dns: ${PLAIN}`],
  [newIssuerSchema, { issuer: '' }, `issuer: ${ASCII}`],
  [newIssuerSchema, { issuer: 'ä' }, `issuer: ${ASCII}`],
  [issuerPatchSchema, { jwks_uri: 'a\n' }, `jwks_uri: ${ASCII}`],
  [issuerPatchSchema, { algorithms: [] }, 'algorithms: must name at least one'],
  [newFederatedCredentialSchema, { ...RULE, claims: { 'a b': 1 } }, `claims.a b: ${CLAIM}`],
  [
    newFederatedCredentialSchema,
    { ...RULE, claims: { ['x'.repeat(201)]: 1 } },
    `claims.${'x'.repeat(201)}: ${CLAIM}`,
  ],
  [importSchema, { clients: [] }, 'clients: must have a client'],
  [importSchema, importOf({}, {}), 'clients: must name each client once'],
  [
    importSchema,
    importOf({ client_id: 'client_1' }),
    'clients.0.client_id: must not begin with client_: this server makes such ids',
  ],
  [importSchema, importOf({ secret: {} }), `clients.0.secret.text: ${INSTEAD}`],
  [
    importSchema,
    importOf({ secret: { text: TEXT, hash: HASH } }),
    `clients.0.secret.text: ${INSTEAD}`,
  ],
  [
    importSchema,
    importOf({ secret: { text: 'ä' } }),
    'clients.0.secret.text: must be printable ASCII (RFC 6749 appendix A.2)',
  ],
  [
    importSchema,
    importOf({ secret: { hash: '$2a$' } }),
    'clients.0.secret.hash: is a bcrypt hash, which costs too much to verify here: send the secret itself as text',
  ],
]

it.each(WRONG)('is refused with a sentence: %#', (schema, body, says) => {
  expect(problemsIn(schema, body)).toEqual([says])
})

/** Bodies that come close to those. */
const FINE: [GenericSchema, Body][] = [
  [of.clientPatchSchema, { tags: ['a', 'env:prod.eu_1-2', 'x'.repeat(50)] }],
  [of.newApiSchema, permissions('a', 'b', "!#[]~'")],
  ...[
    'a',
    'orders-api',
    '!',
    '~',
    'a:b',
    'A1+.-:b',
    'urn:a:b',
    'https://a.example/b?c=d',
    'a:!$;=?[]_az~',
  ].map((audience): [GenericSchema, Body] => [of.newApiSchema, { ...API, audience }]),
  [of.lookupSchema, { text: ' a ' }],
  [of.incidentSchema, { ...NO_MEASURE, suspend: true }],
  [of.incidentSchema, { ...NO_MEASURE, end_secrets: true }],
  [of.incidentSchema, { ...NO_MEASURE, revoke_tokens: true }],
  [of.bulkSchema, { ...TAGGED, add: ['a'] }],
  [of.bulkSchema, { ...TAGGED, add: [], remove: ['a'] }],
  [of.secretPatchSchema, { retires_at: '2027-01-31T12:00:00Z' }],
  [of.secretPatchSchema, { retires_at: null }],
  [newIssuerSchema, { ...ISSUER, issuer: ' ~' }],
  [newFederatedCredentialSchema, { ...RULE, claims: { ['!~'.repeat(100)]: '' } }],
  [importSchema, importOf({ client_id: 'a' }, { client_id: 'b' })],
  [importSchema, importOf({ secret: { text: TEXT } })],
  [importSchema, importOf({ secret: { hash: HASH } })],
]

it.each(FINE)('is taken: %#', (schema, body) => {
  expect(problemsIn(schema, body)).toEqual([])
})

it('an address is kept as it is compared', () => {
  expect(parse({ contacts: [' Ada@Example.COM '] }, of.clientPatchSchema)).toEqual({
    contacts: ['ada@example.com'],
  })
})

it.each<[GenericSchema, Body, string]>([
  [of.bulkSchema, { ...BULK, action: 'other' }, 'action: must be "suspend", "resume"'],
  [
    of.newAdministratorSchema,
    { email: 'a', access: 'other' },
    'access: must be "view" or "manage"',
  ],
  [of.administratorPatchSchema, { access: 'other' }, 'access: must be "view" or "manage"'],
  [of.clientPatchSchema, { profile: 'other' }, 'profile: must be "fapi2"'],
  [
    of.clientPatchSchema,
    { assertion_audience: 'other' },
    'assertion_audience: must be "issuer" or "issuer_or_token_endpoint"',
  ],
  [of.newSecretSchema, { activate: 'other' }, 'activate: must be "now" or "on_first_use"'],
  [newKeySchema, { replay: 'other' }, 'replay: must be "once" or "until_exp"'],
  [newKeySchema, { algorithm: 'HS256' }, 'algorithm: must be "ES256", '],
  [newIssuerSchema, { ...ISSUER, preset: 'other' }, 'preset: must be "github", '],
  [newIssuerSchema, { ...ISSUER, algorithms: ['HS256'] }, 'algorithms.0: must be "'],
])('no other word is taken: %#', (schema, body, says) => {
  expect(problemsIn(schema, body)).toEqual([expect.stringContaining(says)])
})
