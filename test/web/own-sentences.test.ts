import type * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { DESCRIPTIONS } from '../../openapi/nouns.ts'
import { pollSchema, statusSchema, subjectSchema } from '../../src/http/ssf/requests.ts'
import { newFederatedCredentialSchema } from '../../src/web/federation-schemas.ts'
import { newRoleSchema } from '../../src/web/schemas.ts'
import { problemsIn, ROLE, RULE } from './fields.ts'

/** A text that no refusal may repeat. */
const SECRET = 'pc_secret'

const WRONG: unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e300,
  '',
  SECRET,
  `${SECRET}\u0000`,
  `ä${SECRET.repeat(4000)}`,
  [],
  [SECRET],
  Array.from({ length: 2000 }, () => SECRET),
  {},
  { [SECRET.repeat(200)]: SECRET },
]

type Part = v.GenericSchema & {
  entries?: Record<string, Part>
  item?: Part
  value?: Part
  wrapped?: Part
  options?: (Part | string)[]
}

/** Values that are wrong in one place, for each place that a schema has. */
function wrongFor({ type, entries, item, value, wrapped, options }: Part): unknown[] {
  const within = Object.entries(entries ?? {}).flatMap(([name, part]) =>
    wrongFor(part).map((wrong) => ({ [name]: wrong })),
  )
  const items = item ? wrongFor(item).map((wrong) => [wrong]) : []
  const values = type === 'record' && value ? wrongFor(value).map((x) => ({ a: x })) : []
  const choices = (options ?? []).flatMap((one) => (typeof one === 'string' ? [] : wrongFor(one)))
  const behind = wrapped ? wrongFor(wrapped) : []
  return [...WRONG, ...within, ...items, ...values, ...choices, ...behind]
}

const requests = DESCRIPTIONS.flatMap(({ operations }) =>
  Object.entries(operations).flatMap(([name, { body, query }]) => [
    ...(body ? [[`the body of ${name}`, body.schema] as const] : []),
    ...(query ? [[`the query of ${name}`, query] as const] : []),
  ]),
)

it.each(requests)('no sentence is the library’s, and none quotes: %s', (_, schema) => {
  const problems = new Set(wrongFor(schema).flatMap((wrong) => problemsIn(schema, wrong)))
  // A field is named as it was sent; a sentence is always one of ours.
  const said = [...problems].map((problem) => problem.slice(problem.indexOf(': ') + 2))
  expect(said.length).toBeGreaterThan(0)
  const theirs = /Invalid|Expected|eceived|\b(Array|Object)\b| \| |is not valid/
  expect(said.filter((one) => theirs.test(one) || one.includes(SECRET))).toEqual([])
})

describe('a field', () => {
  it('is missing where it is not sent, whatever else the body may have', () => {
    expect(problemsIn(statusSchema, {})).toEqual(['stream_id: is missing', 'status: is missing'])
    expect(problemsIn(subjectSchema, { stream_id: 'a', subject: { format: 'iss_sub' } })).toEqual([
      'subject.iss: is missing',
      'subject.sub: is missing',
    ])
  })

  it.each([-1, 1.5])('that counts is whole, and its value %s is not repeated', (maxEvents) => {
    const says = 'maxEvents: must be a whole number, 0 or more'
    expect(problemsIn(pollSchema, { maxEvents })).toEqual([says])
  })

  it.each([
    [pollSchema, { ack: {} }, 'ack: must be a list'],
    [pollSchema, { setErrs: 'a' }, 'setErrs: must be an object'],
    [pollSchema, { maxEvents: '1' }, 'maxEvents: must be a number'],
    [pollSchema, { returnImmediately: 1 }, 'returnImmediately: must be true or false'],
    [newRoleSchema, { ...ROLE, name: 1 }, 'name: must be a string'],
    [newRoleSchema, { ...ROLE, permissions: {} }, 'permissions: must be a list'],
    [
      statusSchema,
      { stream_id: 'a', status: 'off' },
      'status: must be "enabled", "paused" or "disabled"',
    ],
    [
      newFederatedCredentialSchema,
      { ...RULE, claims: { a: null } },
      'claims.a: must be a string, a number, true or false',
    ],
    [
      newFederatedCredentialSchema,
      { ...RULE, claims: { a: 'x'.repeat(501) } },
      'claims.a: must have at most 500 characters',
    ],
  ])('of another kind is said to be: %#', (schema, body, says) => {
    expect(problemsIn(schema, body)).toEqual([says])
  })
})
