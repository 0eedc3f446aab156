import { type GenericSchema, safeParse } from 'valibot'
import { Refusal } from '../../src/domain/errors.ts'
import { parse } from '../../src/web/parse.ts'

/** The sentences of a refusal, field by field; none where the body is taken. */
export function problemsIn(schema: GenericSchema, body: unknown): string[] {
  try {
    parse(body, schema)
    return []
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return (error.extras.fields ?? []).map(({ field, detail }) => `${field}: ${detail}`)
  }
}

/** The sentences about one value. */
export const messagesIn = (schema: GenericSchema, value: unknown) =>
  safeParse(schema, value).issues?.map(({ message }) => message) ?? []

/** So many texts, each another one. */
export const texts = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `t${String(at)}`)

export const CLIENT = { client_name: 'Export' }
export const IMPORTED = { ...CLIENT, client_id: 'export-1', secret: null }
export const API = { audience: 'orders', name: 'Orders', permissions: [] }
export const ROLE = { name: 'Reader', permissions: [] }
export const ADMINISTRATOR = { email: 'ada@example.com', access: 'view' }
export const INCIDENT = { client_ids: ['a'] }
export const BULK = { action: 'suspend', client_ids: ['a'] }
export const ISSUER = { issuer: 'https://issuer.example' }
export const RULE = { issuer_id: 'issuer_1' }

export const PLAIN = 'must have no control or bidirectional characters'
