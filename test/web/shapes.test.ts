import type { GenericSchema } from 'valibot'
import { expect, it } from 'vitest'
import {
  diagnosisSchema,
  issuerPatchSchema,
  newFederatedCredentialSchema,
  newIssuerSchema,
} from '../../src/web/federation-schemas.ts'
import { importSchema } from '../../src/web/import-schemas.ts'
import { parse } from '../../src/web/parse.ts'
import * as of from '../../src/web/schemas.ts'
import {
  ADMINISTRATOR,
  API,
  BULK,
  CLIENT,
  IMPORTED,
  INCIDENT,
  ISSUER,
  problemsIn,
  ROLE,
  RULE,
} from './fields.ts'

const PERMISSION = { audience: 'orders', permission: 'read' }
const SECRET = { expires_on: '2027-01-31', remind: false, label: 'Of the export' }
const ACCESS = { roles: ['role_1'], permissions: [PERMISSION] }
const SETTINGS = {
  access_token_lifetime: 60,
  allow_self_rotation: true,
  tags: ['env:production'],
  contacts: ['ada@example.com'],
  assertion_audience: 'issuer_or_token_endpoint',
  require_dpop: true,
  tls_client_certificate_bound_access_tokens: true,
  profile: 'fapi2',
  jwks_uri: 'https://client.example/jwks.json',
}
const DETAILS = { ...CLIENT, description: 'At night.', ...SETTINGS }
const OF_API = { ...PERMISSION, audience: undefined, description: 'Reads.', group: 'Orders' }
const TRUST = {
  name: 'Builds',
  jwks_uri: 'https://issuer.example/jwks.json',
  jwks: { keys: [] },
  algorithms: ['RS256'],
  audiences: ['https://auth.example'],
  max_lifetime: 3600,
  check_jti: true,
}
const { audience: _none, ...API_PERMISSION } = OF_API

/** Each schema of a request: all of its fields, and those without which it is refused. */
const REQUESTS: [string, GenericSchema, object, string[]][] = [
  ['a new client', of.newClientSchema, { ...DETAILS, ...ACCESS, secret: SECRET }, ['client_name']],
  ['a duplicate', of.duplicateSchema, { ...DETAILS, ...ACCESS, secret: SECRET }, []],
  ['a change of a client', of.clientPatchSchema, DETAILS, []],
  ['access', of.accessSchema, { ...ACCESS, apply_to_issued_tokens: true }, []],
  ['a right', of.givenRightSchema, { apply_to_issued_tokens: true }, []],
  ['a suspension', of.suspensionSchema, { reason: 'Leaked.' }, []],
  ['a lookup', of.lookupSchema, { text: 'client_1' }, ['text']],
  [
    'an incident',
    of.incidentSchema,
    { ...INCIDENT, reason: 'Leaked.', suspend: false, end_secrets: true, revoke_tokens: false },
    ['client_ids'],
  ],
  ['a change of many', of.bulkSchema, { ...BULK, reason: 'Old.' }, ['action', 'client_ids']],
  [
    'tags of many',
    of.bulkSchema,
    { ...BULK, action: 'tag', add: ['a'], remove: ['b'] },
    ['action', 'client_ids'],
  ],
  ['a permission', of.apiPermissionSchema, API_PERMISSION, ['permission']],
  ['its texts', of.permissionTextsSchema, { description: 'Reads.', group: 'Orders' }, []],
  ['a new API', of.newApiSchema, { ...API, permissions: [API_PERMISSION] }, Object.keys(API)],
  ['an API', of.keptApiSchema, { ...API, permissions: [API_PERMISSION] }, Object.keys(API)],
  ['a new role', of.newRoleSchema, { ...ROLE, description: 'Reads.' }, Object.keys(ROLE)],
  ['a role', of.keptRoleSchema, { ...ROLE, description: 'Reads.' }, Object.keys(ROLE)],
  ['an administrator', of.newAdministratorSchema, ADMINISTRATOR, Object.keys(ADMINISTRATOR)],
  ['a change of one', of.administratorPatchSchema, { ...ADMINISTRATOR, blocked: true }, []],
  [
    'a new secret',
    of.newSecretSchema,
    { ...SECRET, retire_others_in: 60, retire_others_on: '2027-01-01', activate: 'on_first_use' },
    [],
  ],
  [
    'a change of a secret',
    of.secretPatchSchema,
    { expires_on: '2027-01-31', retires_at: '2027-01-31T12:00:00Z', label: 'Old' },
    [],
  ],
  [
    'a new key',
    of.newKeySchema,
    { ...SECRET, jwk: { kty: 'OKP' }, pem: 'PEM', algorithm: 'EdDSA', replay: 'until_exp' },
    [],
  ],
  [
    'a new certificate',
    of.newCertificateSchema,
    {
      ...SECRET,
      pem: 'PEM',
      subject_dn: 'CN=a',
      san_dns: 'a.example',
      san_uri: 'spiffe://a',
      san_ip: '192.0.2.1',
      san_email: 'a@example.com',
    },
    [],
  ],
  ['a new issuer', newIssuerSchema, { ...ISSUER, preset: 'github', ...TRUST }, ['issuer']],
  ['a change of an issuer', issuerPatchSchema, TRUST, []],
  [
    'a rule',
    newFederatedCredentialSchema,
    { ...RULE, ...SECRET, subject: 'a', claims: { a: 'b', c: true, d: 1 }, token_lifetime: 60 },
    ['issuer_id'],
  ],
  [
    'a diagnosis',
    diagnosisSchema,
    { assertion: 'ey', issuer: 'a', claims: { sub: {} }, client_id: 'client_1' },
    [],
  ],
  [
    'an import',
    importSchema,
    {
      clients: [
        {
          ...DETAILS,
          ...ACCESS,
          client_id: 'export-1',
          secret: { ...SECRET, text: 'x'.repeat(16) },
        },
      ],
    },
    ['clients'],
  ],
]

it.each(REQUESTS)('%s is read field by field as it was sent', (_what, schema, body) => {
  expect(parse(body, schema)).toEqual(body)
})

it.each(REQUESTS)('%s has no field beside those', (_what, schema, body) => {
  const problems = problemsIn(schema, { ...body, no_such_field: 1 })
  expect(problems).toEqual(['no_such_field: is not a field of this request'])
})

it.each(REQUESTS)(
  '%s is refused without what it needs, and taken without the rest',
  (...request) => {
    const [, schema, body, needed] = request
    for (const field of Object.keys(body)) {
      const rest = Object.fromEntries(Object.entries(body).filter(([name]) => name !== field))
      const problems = problemsIn(schema, rest)
      if (needed.includes(field)) expect(problems).toEqual([`${field}: is missing`])
      else expect([field, problems]).toEqual([field, []])
    }
  },
)

it.each(REQUESTS)('%s is refused with another type in place of a field', (...request) => {
  const [, schema, body] = request
  for (const [field, value] of Object.entries(body)) {
    const wrong = Array.isArray(value) ? { [field]: 'a' } : { [field]: [] }
    const problems = problemsIn(schema, { ...body, ...wrong })
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${field}: must be `))])
  }
})

/** Objects inside of others, each with a field that it does not have. */
const NESTED: [GenericSchema, (extra: object) => object, string][] = [
  [of.newClientSchema, (x) => ({ ...CLIENT, secret: x }), 'secret'],
  [of.duplicateSchema, (x) => ({ secret: x }), 'secret'],
  ...[of.newClientSchema, of.duplicateSchema, of.accessSchema].map(
    (schema): [GenericSchema, (extra: object) => object, string] => [
      schema,
      (x) => ({
        ...(schema === of.newClientSchema && CLIENT),
        permissions: [{ ...PERMISSION, ...x }],
      }),
      'permissions.0',
    ],
  ),
  [of.newApiSchema, (x) => ({ ...API, permissions: [{ permission: 'a', ...x }] }), 'permissions.0'],
  [
    of.keptApiSchema,
    (x) => ({ ...API, permissions: [{ permission: 'a', ...x }] }),
    'permissions.0',
  ],
  [importSchema, (x) => ({ clients: [{ ...IMPORTED, ...x }] }), 'clients.0'],
]

it.each(NESTED)('an object inside of another has no other field: %#', (schema, body, place) => {
  expect(problemsIn(schema, body({}))).toEqual([])
  const problems = problemsIn(schema, body({ other: 1 }))
  expect(problems).toEqual([`${place}.other: is not a field of this request`])
})

it('what is not said of access, an incident, an issuer or a diagnosis has its default', () => {
  const none = { roles: [], permissions: [] }
  expect(parse(CLIENT, of.newClientSchema)).toEqual({ ...CLIENT, ...none })
  expect(parse({}, of.duplicateSchema)).toEqual({})
  expect(parse({}, of.accessSchema)).toEqual({ ...none, apply_to_issued_tokens: false })
  expect(parse({}, of.givenRightSchema)).toEqual({ apply_to_issued_tokens: false })
  const measures = { suspend: true, end_secrets: true, revoke_tokens: true }
  expect(parse(INCIDENT, of.incidentSchema)).toEqual({ ...INCIDENT, ...measures })
  expect(parse(ISSUER, newIssuerSchema)).toEqual({ ...ISSUER, preset: 'custom' })
  expect(parse({}, diagnosisSchema)).toEqual({ client_id: '' })
})

it('a body that is a list is no object', () => {
  expect(() => parse([], of.accessSchema)).toThrow('The body must be a JSON object.')
  expect(() => parse({ a: 1 }, of.accessSchema)).toThrow(
    'A field is missing, unknown or not valid.',
  )
})

it('what is no object is not said to be missing', () => {
  for (const wrong of ['a', 1, true, null]) {
    expect(() => parse(wrong, of.accessSchema)).toThrow('The body must be a JSON object.')
    const problems = problemsIn(of.accessSchema, { permissions: [wrong] })
    expect(problems).toEqual(['permissions.0: must be an object'])
  }
})
