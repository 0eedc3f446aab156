import type * as v from 'valibot'
import type { NewPublicKey } from '../../../actions/clients/create-public-key.ts'
import type { FieldError } from '../../../domain/errors.ts'
import type { Seconds } from '../../../domain/time.ts'
import { newKeySchema } from '../../../web/schemas.ts'
import { dateErrors, parseAlso } from '../../forms/parse-also.ts'

/** Maps the form to the fields of the admin API, so that the same schema parses both. */
export function parseNewKey(form: URLSearchParams, now: Seconds): NewPublicKey {
  const text = (form.get('key') ?? '').trim()
  const date = form.get('expires_on') ?? ''
  const body = {
    ...(isJson(text) ? { jwk: jsonIn(text) ?? {} } : { pem: text }),
    ...chosenIn(form, 'algorithm'),
    ...chosenIn(form, 'replay'),
    label: form.get('label') ?? '',
    ...(date && { expires_on: date }),
    remind: form.has('remind'),
  }
  const wrong = [...textErrors(text), ...(date ? dateErrors('expires_on', date, now) : [])]
  return toNewKey(parseAlso(body, newKeySchema, wrong))
}

/** The API's name for the field with the key: that of what was typed into it. */
function fieldOfKey(typed: string): 'jwk' | 'pem' {
  return isJson(typed) ? 'jwk' : 'pem'
}

function isJson(text: string): boolean {
  return text.trimStart().startsWith('{')
}

function jsonIn(text: string): object | null {
  try {
    return JSON.parse(text) as object
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Finds what is wrong with a text that is not a key at all; the reader of keys finds the rest. */
function textErrors(text: string): FieldError[] {
  const field = fieldOfKey(text)
  if (field === 'pem') return text.includes('-----BEGIN ') ? [] : [{ field, detail: NEITHER }]
  const json = jsonIn(text)
  if (json === null) return [{ field, detail: 'begins like a JWK, and must be JSON to its end' }]
  return 'keys' in json ? [{ field, detail: 'must be one JWK, not a set of them' }] : []
}

const NEITHER =
  'must be a JWK, which begins with {, or a PEM block that begins with -----BEGIN PUBLIC KEY-----'

/** Nothing for a choice that was left to the server. */
function chosenIn(form: URLSearchParams, name: string) {
  const value = form.get(name)
  return value ? { [name]: value } : {}
}

function toNewKey(body: v.InferOutput<typeof newKeySchema>): NewPublicKey {
  const { jwk, pem = '', expires_on: expiresOn, ...others } = body
  return { ...others, expiresOn, key: jwk ? { jwk } : { pem } }
}
