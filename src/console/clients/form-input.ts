import type * as v from 'valibot'
import { Refusal } from '../../domain/errors.ts'
import { expiryOn } from '../../domain/secret.ts'
import type { Seconds } from '../../domain/time.ts'
import { parse } from '../../web/parse.ts'
import { toClientDetails, toNewClient, toSecretInput } from '../../web/client-input.ts'
import {
  accessSchema,
  clientPatchSchema,
  newClientSchema,
  newSecretSchema,
} from '../../web/schemas.ts'
import { chosenPermissions } from '../kit/access-matrix.tsx'

// Maps a form to the fields of the admin API, so that the same schemas parse both.

export function parseNewClient(form: URLSearchParams, now: Seconds) {
  const body = { ...detailsIn(form), ...accessIn(form), secret: secretIn(form) }
  return toNewClient(parseWithDate(body, newClientSchema, 'secret.expires_on', now))
}

export function parseClientDetails(form: URLSearchParams) {
  return toClientDetails(parse(detailsIn(form), clientPatchSchema))
}

export function parseAccessChange(form: URLSearchParams) {
  const apply = form.has('apply_to_issued_tokens')
  const body = { ...accessIn(form), apply_to_issued_tokens: apply }
  const { roles, permissions } = parse(body, accessSchema)
  return { roles, permissions, applyToIssuedTokens: apply }
}

export function parseNewSecret(form: URLSearchParams, now: Seconds) {
  const seconds = form.get('retire_others_in') ?? ''
  const body = { ...secretIn(form), ...(seconds && { retire_others_in: wholeNumber(seconds) }) }
  const { retire_others_in: retireOthersIn, ...secret } = parseWithDate(
    body,
    newSecretSchema,
    'expires_on',
    now,
  )
  return { ...toSecretInput(secret), retireOthersIn }
}

/** Reports a wrong date together with all other errors, instead of after them. */
function parseWithDate<S extends v.GenericSchema>(
  body: { secret: SecretIn } | SecretIn,
  schema: S,
  field: string,
  now: Seconds,
): v.InferOutput<S> {
  const { expires_on: date } = 'secret' in body ? body.secret : body
  const expiry = expiryOn(date, now)
  const wrong = typeof expiry === 'string' ? [{ field, detail: expiry }] : []
  try {
    const output = parse(body, schema)
    if (wrong.length === 0) return output
  } catch (error) {
    if (error instanceof Refusal) wrong.push(...(error.extras.fields ?? []))
    else throw error
  }
  throw new Refusal('invalid_fields', 'Something in the form is not valid.', { fields: wrong })
}

function detailsIn(form: URLSearchParams) {
  const lifetime = (form.get('access_token_lifetime') ?? '').trim()
  return {
    client_name: form.get('client_name') ?? '',
    description: form.get('description') ?? '',
    allow_self_rotation: form.has('allow_self_rotation'),
    ...(lifetime && { access_token_lifetime: wholeNumber(lifetime) }),
    ...tagsIn(form),
  }
}

/** A form without the field, from an older version, leaves the tags as they are. */
function tagsIn(form: URLSearchParams) {
  const text = form.get('tags')
  return text === null ? {} : { tags: text.split(/[\s,]+/).filter(Boolean) }
}

function accessIn(form: URLSearchParams) {
  return { roles: form.getAll('roles'), permissions: chosenPermissions(form) }
}

type SecretIn = { expires_on: string; remind: boolean }

function secretIn(form: URLSearchParams): SecretIn {
  return { expires_on: form.get('expires_on') ?? '', remind: form.has('remind') }
}

/** Returns -1 for other text, which no field accepts, so that the schema explains the error. */
function wholeNumber(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : -1
}
