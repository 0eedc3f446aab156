import type * as v from 'valibot'
import { Refusal } from '../../../domain/errors.ts'
import { hasMediaType, utf8Text } from '../../../web/body.ts'
import { parse } from '../../../web/parse.ts'
import type { AppContext } from '../../../web/app-env.ts'

/** Reads a JSON body by its schema; names each field that is wrong or unknown. */
export function readJson<S extends v.GenericSchema>(c: AppContext, schema: S): v.InferOutput<S> {
  if (!hasMediaType(c.req.raw, 'application/json')) {
    throw new Refusal('unsupported_media_type', 'Send application/json in UTF-8.')
  }
  return parse(parseJson(utf8Text(c.var.body)), schema)
}

/** The same for an optional body: an empty one passes, whatever its media type. */
export function readOptionalJson<S extends v.GenericSchema>(
  c: AppContext,
  schema: S,
): v.InferOutput<S> {
  const isJson = hasMediaType(c.req.raw, 'application/json')
  const text = utf8Text(c.var.body)
  if (text === '') return parse({}, schema)
  if (!isJson) throw new Refusal('unsupported_media_type', 'Send application/json in UTF-8.')
  return parse(parseJson(text), schema)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal('invalid_request', 'The body is not JSON.')
    throw error
  }
}
