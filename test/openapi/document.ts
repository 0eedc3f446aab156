import { OPENAPI_TEXT } from '../../src/http/reference/openapi-text.ts'
import type { Json } from '../support/server.ts'

/** All that a test knows of the server: the document, and nothing else. */
export const DOCUMENT = JSON.parse(OPENAPI_TEXT) as Json

export type Schema = Json
export type Parameter = {
  name: string
  in: 'path' | 'query' | 'header'
  schema: Schema
  description?: string
  required?: boolean
}
export type Body = { type: string; schema: Schema; required: boolean }
export type Answer = { headers: string[]; content: Record<string, { schema: Schema }> }

export type Operation = {
  id: string
  tag: string
  method: string
  path: string
  parameters: Parameter[]
  body: Body | null
  answers: Record<string, Answer>
  security: Record<string, string[]>[]
}

export const OPERATIONS: Operation[] = Object.entries<Json>(DOCUMENT['paths']).flatMap(
  ([path, operations]) =>
    Object.entries<Json>(operations).map(([method, operation]) => ({
      id: operation['operationId'],
      tag: operation['tags'][0],
      method: method.toUpperCase(),
      path,
      parameters: (operation['parameters'] ?? []).map(resolved),
      body: bodyOf(operation['requestBody']),
      answers: inEach(operation['responses'], answerOf),
      security: operation['security'],
    })),
)

export const TAGS: string[] = DOCUMENT['tags'].map(({ name }: Json) => name)

/** The target of a reference; anything else is returned as it is. */
export function resolved(part: Json): Json {
  if (typeof part['$ref'] !== 'string') return part
  const names = part['$ref'].slice(2).split('/')
  return names.reduce((found, name) => found[name], DOCUMENT)
}

function bodyOf(body: Json | undefined): Body | null {
  if (!body) return null
  const [[type, { schema }]] = Object.entries<Json>(body['content']) as [[string, Json]]
  return { type, schema, required: body['required'] ?? false }
}

function answerOf(part: Json): Answer {
  const { headers = {}, content = {} } = resolved(part)
  const required = Object.keys(headers).filter((name) => resolved(headers[name])['required'])
  return { headers: required, content }
}

function inEach<T>(record: Json, to: (value: Json) => T): Record<string, T> {
  return Object.fromEntries(Object.entries<Json>(record).map(([key, value]) => [key, to(value)]))
}
