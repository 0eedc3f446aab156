import type * as v from 'valibot'

// Read by the generator of the OpenAPI document alone, like every description.ts; not in the Worker.

/** Describes a noun of the product for the OpenAPI document, beside its schemas and routes. */
export type Description = {
  tag: string
  about: string
  /** The schemas of requests and of responses, by their names in the document. */
  requests?: Record<string, v.GenericSchema>
  responses?: Record<string, v.GenericSchema>
  /** Responses by the name of their schema. */
  examples?: Record<string, Json>
  /**
   * The meanings of fields in the requests, responses and query parameters of this noun, and of no
   * other. By name, or with the names on the way to it where a field of that name means something
   * else elsewhere: `clients.at`, `Incident.at`, `listApis.audience`. The name of a schema describes
   * the whole of it.
   */
  fields?: Record<string, string>
  operations: Operations
}

type Json = Record<string, unknown>

/** Describes an operation beside its method, its path and the right that its route demands. */
export type Described = {
  id: string
  /** In a line. */
  does: string
  /** More that its caller should know. */
  more?: string
  query?: v.StrictObjectSchema<v.ObjectEntries, undefined>
  body?: Body
  answers: Record<number, Answer>
  /** For changes that create nothing and yet take an Idempotency-Key. */
  once?: true
  /** For changes of a resource that has a version: it takes If-Match, and answers 412. */
  conditional?: true
  /** Refusals of its own: the name of the shared one, or in words when it comes. */
  refusals?: Record<number, { shared: string; when?: string }>
}

/** `optional`: no body counts as an empty one. */
export type Body = { schema: v.GenericSchema; optional?: true; examples?: Json[] }

/** `type`: the media type of an answer that is not JSON. */
export type Answer = {
  what: string
  schema?: v.GenericSchema
  type?: string
  headers?: HeaderName[]
}

export type HeaderName =
  | 'ETag'
  | 'Location'
  | 'RetryAfter'
  | 'Challenge'
  | 'Replayed'
  | 'MadeBefore'

/** Operations by method and path, such as `GET /clients`. */
export type Operations = Record<string, Described>

export const conflict = (when: string) => ({ 409: { shared: 'Conflict', when } })

export const one = (schema: v.GenericSchema, what: string): Record<number, Answer> => ({
  200: { what, schema, headers: ['ETag'] },
})

export const created = (
  schema: v.GenericSchema,
  what: string,
  headers: HeaderName[] = ['ETag', 'Location'],
): Record<number, Answer> => ({ 201: { what, schema, headers } })

export const GONE: Record<number, Answer> = { 204: { what: 'It is gone.' } }
