import * as v from 'valibot'
import { type FieldError, Refusal } from '../../domain/errors.ts'
import { hasMediaType, readText } from '../body.ts'

const BODY_LIMIT = 64 * 1024

/** A JSON body by its schema; each field that is wrong or unknown is named. */
export async function readJson<S extends v.GenericSchema>(
  request: Request,
  schema: S,
): Promise<v.InferOutput<S>> {
  if (!hasMediaType(request, 'application/json')) {
    throw new Refusal('unsupported_media_type', 'Send application/json in UTF-8.')
  }
  return checked(parse(await readText(request, BODY_LIMIT)), schema)
}

/** The same where the body may be left out: nothing was sent, whatever type it is said to be. */
export async function readOptionalJson<S extends v.GenericSchema>(
  request: Request,
  schema: S,
): Promise<v.InferOutput<S>> {
  const isJson = hasMediaType(request, 'application/json')
  const text = await readText(request, BODY_LIMIT)
  if (text === '') return checked({}, schema)
  if (!isJson) throw new Refusal('unsupported_media_type', 'Send application/json in UTF-8.')
  return checked(parse(text), schema)
}

export function checked<S extends v.GenericSchema>(value: unknown, schema: S): v.InferOutput<S> {
  if (Array.isArray(value)) throw new Refusal('invalid_fields', 'The body must be a JSON object.')
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  throw new Refusal('invalid_fields', 'A field is missing, unknown or not valid.', {
    fields: result.issues.map(toFieldError),
  })
}

function toFieldError(issue: v.BaseIssue<unknown>): FieldError {
  return { field: v.getDotPath(issue) ?? '', detail: detailOf(issue) }
}

/** What was sent is not said again: it may be a secret in the wrong field. */
function detailOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object') {
    return issue.expected === 'never' ? 'is no field of this request' : 'is missing'
  }
  if (issue.kind === 'schema') return `must be ${issue.expected ?? 'of another type'}`
  return issue.message
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal('invalid_request', 'The body is no JSON.')
    throw error
  }
}
