import { type OutputUnit, Validator } from '@cfworker/json-schema'
import { expect } from 'vitest'
import { DOCUMENT, type Operation, type Schema } from './document.ts'

const validators = new Map<string, Validator>()

/** The violations of a value's schema, one line each. */
export function complaintsOf(value: unknown, schema: Schema): string[] {
  const key = JSON.stringify(schema)
  const { components } = DOCUMENT
  const validator =
    validators.get(key) ?? new Validator({ ...schema, components }, '2020-12', false)
  validators.set(key, validator)
  return validator
    .validate(value)
    .errors.map(({ instanceLocation, error }: OutputUnit) => `${instanceLocation}: ${error}`)
}

/** An answer is one of those that the document has for the operation, in status, headers, type and body. */
export async function expectDocumented(operation: Operation, response: Response): Promise<void> {
  const text = await response.text()
  const where = `${operation.method} ${operation.path}: ${response.status} ${text}`
  const answer = operation.answers[response.status]
  expect(Object.keys(operation.answers), where).toContain(String(response.status))
  for (const name of answer?.headers ?? []) {
    expect(response.headers.get(name), `${where}\n${name}`).not.toBe(null)
  }
  const types = Object.keys(answer?.content ?? {})
  if (types.length === 0) return expect(text, where).toBe('')
  const type = response.headers.get('content-type') ?? ''
  expect(types, where).toContain(type)
  if (!type.includes('json')) return undefined
  expect(complaintsOf(JSON.parse(text), answer?.content[type]?.schema ?? {}), where).toEqual([])
}
