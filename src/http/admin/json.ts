import type * as v from 'valibot'
import { Refusal } from '../../domain/errors.ts'
import { hasMediaType, readText } from '../../web/body.ts'
import { checked } from '../../web/checked.ts'

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

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal('invalid_request', 'The body is no JSON.')
    throw error
  }
}
