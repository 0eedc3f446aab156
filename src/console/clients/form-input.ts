import type { Seconds } from '../../domain/time.ts'
import { parse } from '../../web/parse.ts'
import { toClientDetails, toNewClient, toSecretInput } from '../../web/client-input.ts'
import {
  accessSchema,
  clientPatchSchema,
  newClientSchema,
  newSecretSchema,
} from '../../web/schemas.ts'
import { dateErrors, parseAlso, wholeNumber } from '../forms/parse-also.ts'
import { chosenPermissions } from '../kit/access-matrix.tsx'

// Maps a form to the fields of the admin API, so that the same schemas parse both.

export function parseNewClient(form: URLSearchParams, now: Seconds) {
  const secret = proofIn(form) === 'secret' ? secretIn(form) : null
  const body = { ...detailsIn(form), ...accessIn(form), secret }
  const wrong = secret === null ? [] : dateErrors('secret.expires_on', secret.expires_on, now)
  return toNewClient(parseAlso(body, newClientSchema, wrong))
}

/** The way in which a new client proves itself: it gets a secret for the first alone. */
const PROOFS = ['secret', 'public_key', 'certificate', 'workload'] as const
export type Proof = (typeof PROOFS)[number]

export function proofIn(form: URLSearchParams): Proof {
  return PROOFS.find((proof) => proof === form.get('credential')) ?? 'secret'
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
  const given = secretIn(form)
  const body = { ...given, ...(seconds && { retire_others_in: wholeNumber(seconds) }) }
  const wrong = dateErrors('expires_on', given.expires_on, now)
  const { retire_others_in: retireOthersIn, ...secret } = parseAlso(body, newSecretSchema, wrong)
  return { ...toSecretInput(secret), retireOthersIn }
}

function detailsIn(form: URLSearchParams) {
  const lifetime = (form.get('access_token_lifetime') ?? '').trim()
  return {
    client_name: form.get('client_name') ?? '',
    description: form.get('description') ?? '',
    allow_self_rotation: form.has('allow_self_rotation'),
    ...(lifetime && { access_token_lifetime: wholeNumber(lifetime) }),
    ...addedIn(form),
  }
}

/** A form without these fields, from an older version, leaves what they say as it is. */
function addedIn(form: URLSearchParams) {
  const [tags, audience] = [form.get('tags'), form.get('assertion_audience')]
  const [profile, bound] = [form.get('profile'), form.get('bound')]
  return {
    ...(tags !== null && { tags: tags.split(/[\s,]+/).filter(Boolean) }),
    ...(audience !== null && { assertion_audience: audience }),
    ...(profile !== null && { profile: profile === '' ? null : profile }),
    ...(bound !== null && {
      require_dpop: bound === 'dpop' || bound === 'both',
      tls_client_certificate_bound_access_tokens: bound === 'certificate' || bound === 'both',
    }),
  }
}

function accessIn(form: URLSearchParams) {
  return { roles: form.getAll('roles'), permissions: chosenPermissions(form) }
}

function secretIn(form: URLSearchParams) {
  return {
    expires_on: form.get('expires_on') ?? '',
    remind: form.has('remind'),
    label: form.get('label') ?? '',
  }
}
