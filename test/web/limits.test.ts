import type { GenericSchema } from 'valibot'
import { describe, expect, it } from 'vitest'
import {
  diagnosisSchema,
  issuerPatchSchema,
  newFederatedCredentialSchema,
  newIssuerSchema,
} from '../../src/web/federation-schemas.ts'
import { importSchema } from '../../src/web/import-schemas.ts'
import * as of from '../../src/web/schemas.ts'
import {
  ADMINISTRATOR,
  API,
  BULK,
  CLIENT,
  IMPORTED,
  INCIDENT,
  ISSUER,
  messagesIn,
  PLAIN,
  problemsIn,
  ROLE,
  RULE,
  texts,
} from './fields.ts'

/** A field as a refusal names it (the first word is its name in the body), and how much it takes. */
type Limit = { field: string; value: (size: number) => unknown; most: number; says: string }

const x = (size: number) => 'x'.repeat(size)
const permissionsOf = (size: number) =>
  texts(size).map((permission) => ({ audience: 'orders', permission }))

const characters = (field: string, most: number, value: (size: number) => unknown = x): Limit => ({
  field,
  value,
  most,
  says: `must have at most ${String(most)} characters`,
})

const entries = (field: string, most: number, value: (size: number) => unknown = texts): Limit => ({
  field,
  value,
  most,
  says: `must have at most ${String(most)}`,
})

function seconds(field: string, min: number, max: number): Limit[] {
  const says = `must be a whole number of seconds from ${String(min)} to ${String(max)}`
  return [
    { field, value: (n) => n, most: max, says },
    { field, value: (n) => -n, most: -min, says },
  ]
}

const details: Limit[] = [
  characters('client_name', 100),
  // Counted as people do: a pair of surrogates is one.
  characters('client_name', 100, (n) => '🚀'.repeat(n)),
  characters('description', 1000),
  // A line break of Windows is one character.
  characters('description', 1000, (n) => '\r\n'.repeat(n)),
  entries('tags', 20),
  entries('contacts', 10, (n) => texts(n).map((name) => `${name}@example.com`)),
  ...seconds('access_token_lifetime', 60, 43_200),
]

const access: Limit[] = [entries('roles', 50), entries('permissions', 500, permissionsOf)]

const label: Limit[] = [characters('label', 100)]

const permissionOfApi = (field: string, most: number): Limit => {
  const one = (size: number) => [{ permission: 'a', [field]: x(size) }]
  return characters(`permissions.0.${field}`, most, one)
}

const api: Limit[] = [
  characters('audience', 500),
  characters('name', 100),
  entries('permissions', 500, (n) => texts(n).map((permission) => ({ permission }))),
  permissionOfApi('permission', 100),
  permissionOfApi('group', 100),
  permissionOfApi('description', 1000),
]

const role: Limit[] = [
  characters('name', 100),
  characters('description', 1000),
  entries('permissions', 500, permissionsOf),
]

const certificate: Limit[] = [
  characters('pem', 16_000),
  ...['subject_dn', 'san_dns', 'san_uri', 'san_ip', 'san_email'].map((f) => characters(f, 1000)),
]

const trust: Limit[] = [
  characters('name', 100),
  characters('jwks_uri', 500),
  entries('audiences', 5),
  characters('audiences.0', 500, (n) => [x(n)]),
  ...seconds('max_lifetime', 1, 172_800),
]

const rule: Limit[] = [
  characters('subject', 500),
  entries('claims', 10, (n) => Object.fromEntries(texts(n).map((name) => [name, true]))),
  ...seconds('token_lifetime', 60, 43_200),
]

const imported = (n: number) => texts(n).map((id) => ({ ...IMPORTED, client_id: id }))
const TAGGED = { ...BULK, action: 'tag' }

/** With what a body must have beside the field. */
const ALL: [string, GenericSchema, object, Limit[]][] = [
  ['a new client', of.newClientSchema, CLIENT, [...details, ...access]],
  ['a duplicate', of.duplicateSchema, {}, [...details, ...access]],
  ['a change of a client', of.clientPatchSchema, {}, details],
  ['access', of.accessSchema, {}, access],
  ['an import', importSchema, {}, [entries('clients', 100, imported)]],
  ['a new secret', of.newSecretSchema, {}, [...label, ...seconds('retire_others_in', 0, 604_800)]],
  ['a change of a secret', of.secretPatchSchema, {}, label],
  ['a new key', of.newKeySchema, {}, [...label, characters('pem', 4000)]],
  ['a new certificate', of.newCertificateSchema, {}, [...label, ...certificate]],
  ['a new API', of.newApiSchema, API, api],
  ['an API', of.keptApiSchema, API, api],
  ['a new role', of.newRoleSchema, ROLE, role],
  ['a role', of.keptRoleSchema, ROLE, role],
  ['an administrator', of.newAdministratorSchema, ADMINISTRATOR, [characters('email', 320)]],
  ['a change of one', of.administratorPatchSchema, {}, [characters('email', 320)]],
  ['a suspension', of.suspensionSchema, {}, [characters('reason', 1000)]],
  ['a lookup', of.lookupSchema, {}, [characters('text', 20_000)]],
  [
    'an incident',
    of.incidentSchema,
    INCIDENT,
    [entries('client_ids', 20), characters('reason', 1000)],
  ],
  [
    'a change of many',
    of.bulkSchema,
    BULK,
    [entries('client_ids', 500), characters('reason', 1000)],
  ],
  ['tags of many', of.bulkSchema, TAGGED, [entries('add', 20), entries('remove', 20)]],
  ['a new issuer', newIssuerSchema, ISSUER, [characters('issuer', 500), ...trust]],
  ['a change of an issuer', issuerPatchSchema, {}, trust],
  ['a rule', newFederatedCredentialSchema, RULE, [...label, ...rule]],
  [
    'a diagnosis',
    diagnosisSchema,
    {},
    [characters('assertion', 12_000), characters('issuer', 500)],
  ],
]

describe.each(ALL)('%s', (_what, schema, rest, limits) => {
  it.each(limits)('is taken with as much as $field may have, and no more', (limit) => {
    const { field, value, most, says } = limit
    const [name = ''] = field.split('.')
    expect(problemsIn(schema, { ...rest, [name]: value(most) })).toEqual([])
    const problems = problemsIn(schema, { ...rest, [name]: value(most + 1) })
    expect(problems).toEqual([`${field}: ${says}`])
  })
})

it('a search has at most 200 characters, and none that is forbidden', () => {
  const { says } = characters('q', 200)
  expect(messagesIn(of.searchText, x(200))).toEqual([])
  expect(messagesIn(of.searchText, x(201))).toEqual([says])
  expect(messagesIn(of.searchText, 'a\u0007')).toEqual([PLAIN])
})
