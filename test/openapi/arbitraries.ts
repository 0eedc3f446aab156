import * as fc from 'fast-check'
import { resolved, type Schema } from './document.ts'

/** Values that mean something to the server, by the name of a field or of a schema. */
export type Known = Record<string, fc.Arbitrary<unknown>>

const TEXT_MAX = 40
const ITEMS_MAX = 3

/** Any value of a schema; of a field that means something, mostly one that does. */
export function valueOf(schema: Schema, known: Known, name = ''): fc.Arbitrary<unknown> {
  const [, reference = ''] = /\/schemas\/(\w+)$/.exec(String(schema['$ref'])) ?? []
  const meant = known[reference] ?? known[name]
  const any = anyOf(resolved(schema), known)
  return meant ? fc.oneof({ weight: 9, arbitrary: meant }, { weight: 1, arbitrary: any }) : any
}

function anyOf(schema: Schema, known: Known): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema['const'])
  if (schema['enum']) return fc.constantFrom(...(schema['enum'] as unknown[]))
  const choices = (schema['anyOf'] ?? schema['oneOf']) as Schema[] | undefined
  if (choices) return fc.oneof(...choices.map((one) => valueOf(one, known)))
  if (Array.isArray(schema['type'])) {
    return fc.oneof(...schema['type'].map((type: string) => anyOf({ ...schema, type }, known)))
  }
  switch (schema['type']) {
    case 'null':
      return fc.constant(null)
    case 'object':
      return objectOf(schema, known)
    case 'array':
      return fc.array(valueOf(schema['items'], known), { maxLength: ITEMS_MAX })
    case 'integer':
      return fc.integer({ min: schema['minimum'] ?? 0, max: schema['maximum'] ?? 1000 })
    case 'boolean':
      return fc.boolean()
    case 'string':
      return textOf(schema)
    default:
      throw new Error(`nothing makes a value of ${JSON.stringify(schema)}`)
  }
}

function objectOf({ properties = {}, required = [] }: Schema, known: Known) {
  const fields = Object.entries<Schema>(properties).map(([name, schema]) => [
    name,
    valueOf(schema, known, name),
  ])
  return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: required,
  })
}

function textOf({ minLength = 0, maxLength = TEXT_MAX, pattern, format }: Schema) {
  // Not `webUrl`, which takes longer to be made than all the rest together.
  if (format === 'uri') return fc.uuid().map((id) => `urn:uuid:${id}`)
  if (pattern) return matching(String(pattern)).filter((text) => text.length <= maxLength)
  return fc.string({ minLength, maxLength: Math.min(maxLength, TEXT_MAX), unit: 'grapheme' })
}

const MATCHING = new Map<string, fc.Arbitrary<string>>()

/** An expression is read once. */
function matching(pattern: string): fc.Arbitrary<string> {
  const made = MATCHING.get(pattern) ?? fc.stringMatching(new RegExp(pattern))
  MATCHING.set(pattern, made)
  return made
}
