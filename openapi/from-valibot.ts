import { type ConversionConfig, toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema'
import type * as v from 'valibot'
import type { Words } from './fields.ts'

export type Json = Record<string, unknown>

/** Where a part of a schema is, and the texts for the fields in it. */
export type Place = { words: Words; path: string[] }

/** Writes the schemas that validate as JSON Schema (2020-12, which OpenAPI 3.1 speaks). */
export function schemasOf(
  named: Record<string, v.GenericSchema>,
  wordsOf: (name: string) => Words,
): Record<string, Json> {
  const definitions = toJsonSchemaDefs(named, configured(named)) as Record<string, Json>
  return Object.fromEntries(
    Object.entries(definitions).map(([name, json]) => {
      const words = wordsOf(name)
      const whole = words([name])
      const schema = tidy(json, { words, path: [name] })
      return [name, whole === undefined ? schema : { ...schema, description: whole }]
    }),
  )
}

/** Does the same with one that has no name; those that have one in it are referred to. */
export function schemaOf(
  schema: v.GenericSchema,
  named: Record<string, v.GenericSchema>,
  place: Place,
): Json {
  const { $schema: _, $defs: __, ...json } = toJsonSchema(schema, configured(named)) as Json
  return tidy(json, place)
}

function configured(definitions: Record<string, v.GenericSchema>): ConversionConfig {
  return {
    target: 'draft-2020-12',
    definitions,
    overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
    overrideAction: ({ valibotAction, jsonSchema }) => ({
      ...jsonSchema,
      ...ofAction(valibotAction, jsonSchema as Json),
    }),
  }
}

type Action = { type: string; message?: unknown; operation?: unknown }

/** Says what the converter has no word for. Anything that has none here either stops the build. */
function ofAction({ type, message, operation }: Action, schema: Json): Json {
  if (type === 'check') return ofCheck(wordsOf(message), schema)
  // A number in a query string.
  if (type === 'transform' && operation === Number) {
    return { type: 'integer', minimum: 1, pattern: undefined, default: Number(schema['default']) }
  }
  // They are in the example of the whole.
  if (type === 'examples') return { examples: undefined }
  if (SAID_ALREADY.has(type)) return {}
  throw new TypeError(`openapi: nothing says what the action "${type}" means`)
}

/** A message that names what was wrong says without it what must be. */
function wordsOf(message: unknown): string {
  return String(typeof message === 'function' ? message({ input: '' }) : message)
}

/** The converter has said them, or a schema has no word for them. */
const SAID_ALREADY = new Set(
  'description integer iso_date iso_timestamp max_length max_value min_length min_value non_empty regex transform trim'.split(
    ' ',
  ),
)

/** A check of our own: a limit that JSON Schema can say too, or a sentence. */
function ofCheck(message: string, { description }: Json): Json {
  const characters = /^must have at most (\d+) characters$/.exec(message)?.[1]
  if (characters !== undefined) return { maxLength: Number(characters) }
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
  const format = message.startsWith('must be an absolute URI') ? { format: 'uri' } : {}
  return { description: [description, sentence].filter(Boolean).join(' '), ...format }
}

/** With a description for each field, and without what says nothing. */
function tidy(schema: Json, place: Place): Json {
  const { anyOf, required, properties, propertyNames, ...rest } = inEach(schema, place)
  return {
    ...rest,
    ...(saysMore(propertyNames) ? { propertyNames } : {}),
    ...orNull(anyOf as Json[] | undefined),
    ...(properties ? { properties: withWords(properties as Record<string, Json>, place) } : {}),
    ...((required as string[] | undefined)?.length ? { required } : {}),
  }
}

/** The name of a property is a string anyway. */
const saysMore = (names: unknown) =>
  names !== undefined && JSON.stringify(names) !== '{"type":"string"}'

/** Its parts tidied. */
function inEach(schema: Json, place: Place): Json {
  const parts = Object.entries(schema).map(([key, value]) => {
    if (key === 'items' || key === 'additionalProperties') {
      return [key, typeof value === 'object' ? tidy(value as Json, place) : value]
    }
    if (key === 'anyOf' || key === 'oneOf') {
      return [key, (value as Json[]).map((choice) => tidy(choice, place))]
    }
    if (key !== 'properties') return [key, value]
    const properties = Object.entries(value as Record<string, Json>).map(([name, part]) => [
      name,
      tidy(part, within(place, name)),
    ])
    return [key, Object.fromEntries(properties)]
  })
  return Object.fromEntries(parts) as Json
}

const within = ({ words, path }: Place, name: string): Place => ({ words, path: [...path, name] })

function withWords(properties: Record<string, Json>, { words: wordsAt, path }: Place): Json {
  const entries = Object.entries(properties).map(([name, schema]) => {
    const text = wordsAt([...path, name])
    // The checks of an object as a whole name its fields: a text for the object says the same better.
    const isInstead = text !== undefined && 'properties' in schema
    const said = [text, isInstead ? undefined : schema['description']]
    const words = [...new Set(said)].filter(Boolean).join(' ')
    return [name, words === '' ? schema : { ...schema, description: words }]
  })
  return Object.fromEntries(entries) as Json
}

/** `["string", "null"]`, which tools show better than a choice of two schemas. */
function orNull(choices: Json[] | undefined): Json {
  const [first, second, ...more] = choices ?? []
  const isPlain = second?.['type'] === 'null' && more.length === 0 && first?.['type'] !== undefined
  if (isPlain) {
    const values = first['enum'] as unknown[] | undefined
    return { ...first, type: [first['type'], 'null'], ...(values && { enum: [...values, null] }) }
  }
  return choices ? { anyOf: choices } : {}
}
