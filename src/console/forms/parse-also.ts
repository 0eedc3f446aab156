import type * as v from 'valibot'
import { type FieldError, Refusal } from '../../domain/errors.ts'
import { expiryOn } from '../../domain/secret.ts'
import type { Seconds } from '../../domain/time.ts'
import { parse } from '../../web/parse.ts'

export function dateErrors(
  field: string,
  date: string,
  now: Seconds,
  daysMax: number | null = null,
): FieldError[] {
  const expiry = expiryOn(date, now, daysMax)
  return typeof expiry === 'string' ? [{ field, detail: expiry }] : []
}

/** Parses the input, and reports what else is wrong together with all other errors. */
export function parseAlso<S extends v.GenericSchema>(
  body: object,
  schema: S,
  wrong: FieldError[],
): v.InferOutput<S> {
  const all = [...wrong]
  try {
    const output = parse(body, schema)
    if (all.length === 0) return output
  } catch (error) {
    if (error instanceof Refusal) all.push(...(error.extras.fields ?? []))
    else throw error
  }
  throw new Refusal('invalid_fields', 'Something in the form is not valid.', { fields: all })
}

/** Returns -1 for other text, which no field accepts, so that the schema explains the error. */
export function wholeNumber(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : -1
}
