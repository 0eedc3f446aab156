import type { GenericSchema } from 'valibot'
import { describe, expect, it } from 'vitest'
import { newCertificateSchema, newKeySchema } from '../../src/web/credential-schemas.ts'
import {
  issuerPatchSchema,
  newFederatedCredentialSchema,
  newIssuerSchema,
} from '../../src/web/federation-schemas.ts'
import { parse } from '../../src/web/parse.ts'
import * as of from '../../src/web/schemas.ts'
import { API, BULK, CLIENT, INCIDENT, ISSUER, PLAIN, problemsIn, ROLE, RULE } from './fields.ts'

const SOFT_HYPHEN = '\u00ad'
const BELL = '\u0007'
const EMPTY = 'must not be empty'
const SEEN = 'must have a visible character'
const UNSEEN = 'must have no invisible character: U+00AD is one'
const LINES = `${PLAIN} but line breaks`

/** A schema, a body with this text in it, and the field by the name that a refusal gives it. */
type Field = [GenericSchema, (text: string) => object, string]

const ofPermission = (field: string) => (text: string) => ({
  ...API,
  permissions: [{ permission: 'a', [field]: text }],
})

const newNames: Field[] = [
  [of.newClientSchema, (text) => ({ client_name: text }), 'client_name'],
  [of.duplicateSchema, (text) => ({ client_name: text }), 'client_name'],
  [of.newApiSchema, (text) => ({ ...API, name: text }), 'name'],
  [of.newApiSchema, ofPermission('group'), 'permissions.0.group'],
  [of.newRoleSchema, (text) => ({ ...ROLE, name: text }), 'name'],
  [newIssuerSchema, (text) => ({ ...ISSUER, name: text }), 'name'],
  [issuerPatchSchema, (text) => ({ name: text }), 'name'],
]

const keptNames: Field[] = [
  [of.clientPatchSchema, (text) => ({ client_name: text }), 'client_name'],
  [of.keptApiSchema, (text) => ({ ...API, name: text }), 'name'],
  [of.keptApiSchema, ofPermission('group'), 'permissions.0.group'],
  [of.keptRoleSchema, (text) => ({ ...ROLE, name: text }), 'name'],
  [of.permissionTextsSchema, (text) => ({ group: text }), 'group'],
]

const newTexts: Field[] = [
  [of.newClientSchema, (text) => ({ ...CLIENT, description: text }), 'description'],
  [of.duplicateSchema, (text) => ({ description: text }), 'description'],
  [of.newApiSchema, ofPermission('description'), 'permissions.0.description'],
  [of.newRoleSchema, (text) => ({ ...ROLE, description: text }), 'description'],
  [of.suspensionSchema, (text) => ({ reason: text }), 'reason'],
  [of.incidentSchema, (text) => ({ ...INCIDENT, reason: text }), 'reason'],
  [of.bulkSchema, (text) => ({ ...BULK, reason: text }), 'reason'],
]

const keptTexts: Field[] = [
  [of.clientPatchSchema, (text) => ({ description: text }), 'description'],
  [of.keptApiSchema, ofPermission('description'), 'permissions.0.description'],
  [of.keptRoleSchema, (text) => ({ ...ROLE, description: text }), 'description'],
  [of.permissionTextsSchema, (text) => ({ description: text }), 'description'],
]

const labels: Field[] = [
  [of.newSecretSchema, (text) => ({ label: text }), 'label'],
  [of.secretPatchSchema, (text) => ({ label: text }), 'label'],
  [newKeySchema, (text) => ({ label: text }), 'label'],
  [newCertificateSchema, (text) => ({ label: text }), 'label'],
  [newFederatedCredentialSchema, (text) => ({ ...RULE, label: text }), 'label'],
]

/** By what is wrong with a text: the one sentence that says it. */
const NAME = { ' ': EMPTY, [`a${BELL}`]: PLAIN, [BELL]: PLAIN, [`a${BELL}${SOFT_HYPHEN}`]: PLAIN }
const UNSEEN_NAME = { [SOFT_HYPHEN]: SEEN, '\u0301': SEEN, [`a${SOFT_HYPHEN}`]: UNSEEN }
const TEXT = { [`a${BELL}`]: LINES, 'a\rb': LINES, [`a${BELL}${SOFT_HYPHEN}`]: LINES }

const KINDS: [string, Field[], Record<string, string>, string[]][] = [
  ['a new name', newNames, { ...NAME, 'a\nb': PLAIN, ...UNSEEN_NAME }, ['a', 'Ä🚀']],
  ['a name that may be older', keptNames, { ...NAME, 'a\nb': PLAIN }, ['a', `a${SOFT_HYPHEN}`]],
  ['a new text', newTexts, { ...TEXT, [`a${SOFT_HYPHEN}`]: UNSEEN }, ['', 'a\nb']],
  ['a text that may be older', keptTexts, TEXT, ['', 'a\nb', `a${SOFT_HYPHEN}`]],
  [
    'a label',
    labels,
    { 'a\nb': PLAIN, [`a${SOFT_HYPHEN}`]: UNSEEN, [`a${BELL}${SOFT_HYPHEN}`]: PLAIN },
    ['', 'a'],
  ],
]

describe.each(KINDS)('%s', (_what, fields, wrong, fine) => {
  it('is refused with one sentence for what is wrong with it', () => {
    for (const [schema, body, field] of fields) {
      for (const [text, says] of Object.entries(wrong)) {
        expect(problemsIn(schema, body(text))).toEqual([`${field}: ${says}`])
      }
    }
  })

  it('is taken where nothing is', () => {
    for (const [schema, body] of fields) {
      for (const text of fine) expect(problemsIn(schema, body(text))).toEqual([])
    }
  })
})

it('spaces around a name or a label are not kept, and line breaks of Windows are as others', () => {
  expect(parse({ client_name: ' a ' }, of.clientPatchSchema)).toEqual({ client_name: 'a' })
  expect(parse({ label: ' a ' }, of.newSecretSchema)).toEqual({ label: 'a' })
  const texts = parse({ description: ' a\r\nb\r\n' }, of.clientPatchSchema)
  expect(texts).toEqual({ description: ' a\nb\n' })
})
