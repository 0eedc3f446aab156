import * as v from 'valibot'
import { type FieldError, invalidField, Refusal } from '../domain/errors.ts'
import { isNestedDeeper } from '../platform/json-members.ts'

/** Deeper than anything that is sent on purpose: a key set, or the claims of a token. */
const NESTED_MAX = 50

/** Parses the input by its schema; the refusal names each field that is wrong or unknown. */
export function parse<S extends v.GenericSchema>(value: unknown, schema: S): v.InferOutput<S> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal('invalid_fields', 'The body must be a JSON object.')
  }
  if (isNestedDeeper(value, NESTED_MAX)) {
    throw new Refusal('invalid_fields', `The body is nested more than ${NESTED_MAX} levels deep.`)
  }
  const result = v.safeParse(schema, value, { message: sentenceFor })
  if (result.success) {
    refuseListsForObjects(value, result.output as object)
    refuseLostMembers(value)
    return result.output
  }
  throw new Refusal('invalid_fields', 'A field is missing, unknown or not valid.', {
    fields: result.issues.map(toFieldError),
  })
}

/** valibot accepts an empty list for an object whose fields are all optional. */
function refuseListsForObjects(sent: object, taken: object): void {
  const mistaken = Object.entries(sent).find(
    ([name, value]) => Array.isArray(value) && !Array.isArray(taken[name as keyof object]),
  )
  if (mistaken) throw invalidField(mistaken[0], 'must be an object')
}

/** They are lost on the way through valibot, which takes no record's members of these names. */
const LOST = ['__proto__', 'prototype', 'constructor']

/** Where a caller chooses the names, one that was lost could have been a condition. */
function refuseLostMembers(sent: object): void {
  for (const [field, value] of Object.entries(sent) as [string, unknown][]) {
    if (typeof value !== 'object' || value === null) continue
    const lost = LOST.find((name) => Object.hasOwn(value, name))
    if (lost !== undefined) throw invalidField(field, `must not contain ${lost}`)
  }
}

function toFieldError(issue: v.BaseIssue<unknown>): FieldError {
  return { field: v.getDotPath(issue) ?? '', detail: issue.message }
}

/**
 * The sentence where a schema has none of its own. valibot's would quote the input, which may be a
 * secret in the wrong field.
 */
function sentenceFor({ kind, input, expected }: v.BaseIssue<unknown>): string {
  if (expected === 'never') return 'is not a field of this request'
  if (input === undefined) return 'is missing'
  return kind === 'schema' && expected !== null ? `must be ${wordsFor(expected)}` : 'is not valid'
}

const KINDS = new Map([
  ['Object', 'an object'],
  ['Array', 'a list'],
  ['string', 'a string'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
])

/** One kind or value, or several in brackets: `("view" | "manage")`. */
function wordsFor(expected: string): string {
  const all = expected.replace(/^\((.*)\)$/, '$1').split(' | ')
  const words = all.map((one) => KINDS.get(one) ?? one)
  const last = words.pop()
  return words.length === 0 ? `${last}` : `${words.join(', ')} or ${last}`
}
