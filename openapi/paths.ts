import type * as v from 'valibot'
import { type Json, type Place, schemaOf } from './from-valibot.ts'
import type { Words } from './fields.ts'
import { NAMED } from './named.ts'
import type { Answer, Body, Described } from '../src/http/reference/description.ts'
import { headersOf } from './refusals.ts'
import { PARAMETERS } from './shared.ts'

/** A kind of operations: whom they let in, how they refuse, what their bodies are. */
export type Kind = {
  tag: string
  security: Json[]
  bodyType: string
  /** Whether what it creates is made once for one `Idempotency-Key`. */
  isMadeOnce?: (described: Described) => boolean
  /** The shared refusals by status. */
  refusals: (operation: { described: Described; path: string }) => Record<number, string>
}

/** An operation as OpenAPI says it, with the texts of its noun. */
export function operationOf(path: string, described: Described, kind: Kind, words: Words): Json {
  const { id, does, more, query, body, answers, conditional } = described
  const place = { words, path: [id] }
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => parameter(pascal(name))),
    ...Object.entries(query?.entries ?? {}).map(([name, schema]) => inQuery(name, schema, place)),
    ...(conditional ? [parameter('IfMatch')] : []),
    ...(kind.isMadeOnce?.(described) ? [parameter('IdempotencyKey')] : []),
  ]
  return {
    summary: does,
    ...(more ? { description: more } : {}),
    security: kind.security,
    operationId: id,
    tags: [kind.tag],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: requestBody(body, kind.bodyType, place) } : {}),
    responses: {
      ...inEach(answers, (answer) => answerOf(answer, place)),
      ...refusalsOf(path, described, kind),
    },
  }
}

function refusalsOf(path: string, described: Described, kind: Kind): Json {
  const usual = inEach(kind.refusals({ described, path }), (name) => ({
    $ref: `#/components/responses/${name}`,
  }))
  const own = inEach(described.refusals ?? {}, ({ shared, when }) => ({
    $ref: `#/components/responses/${shared}`,
    ...(when ? { description: when } : {}),
  }))
  return { ...usual, ...own }
}

function inEach<T>(record: Record<number, T>, to: (value: T) => Json): Json {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]))
}

function answerOf({ what, schema, type, headers }: Answer, place: Place): Json {
  return {
    description: what,
    ...(headers ? { headers: headersOf(headers) } : {}),
    ...(type === undefined ? {} : { content: { [type]: { schema: { type: 'string' } } } }),
    ...(schema
      ? { content: { 'application/json': { schema: schemaOf(schema, NAMED, place) } } }
      : {}),
  }
}

function requestBody({ schema, optional, examples }: Body, type: string, place: Place): Json {
  const [example] = examples ?? []
  const content = { schema: schemaOf(schema, NAMED, place), ...(example ? { example } : {}) }
  return { ...(optional ? {} : { required: true }), content: { [type]: content } }
}

function inQuery(name: string, schema: v.GenericSchema, place: Place): Json {
  const shared = PARAMETERS[pascal(name)] as { in: string } | undefined
  if (shared?.in === 'query') return parameter(pascal(name))
  const required = schema.type === 'optional' ? {} : { required: true }
  const text = place.words([...place.path, name])
  return {
    name,
    in: 'query',
    ...required,
    ...(text ? { description: text } : {}),
    schema: schemaOf(schema, NAMED, place),
  }
}

const parameter = (name: string) => ({ $ref: `#/components/parameters/${name}` })

function pascal(name: string): string {
  return name.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())
}
