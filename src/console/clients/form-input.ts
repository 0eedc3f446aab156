import { Refusal } from '../../domain/errors.ts'
import type { Policy } from '../../domain/policy.ts'
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

type Limit = Pick<Policy, 'secretDaysMax'>

export function parseNewClient(form: URLSearchParams, now: Seconds, { secretDaysMax }: Limit) {
  const secret = proofIn(form) === 'secret' ? secretIn(form) : null
  const body = { ...detailsIn(form), ...accessIn(form), secret }
  const wrong =
    secret === null ? [] : dateErrors('secret.expires_on', secret.expires_on, now, secretDaysMax)
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

export function parseNewSecret(form: URLSearchParams, now: Seconds, { secretDaysMax }: Limit) {
  const given = secretIn(form)
  const { retire_others_on: day, ...rest } = retirementIn(form)
  const wrong = [
    ...dateErrors('expires_on', given.expires_on, now, secretDaysMax),
    ...(day === undefined ? [] : dateErrors('retire_others_on', day, now)),
  ]
  const body = { ...given, ...rest, ...(day !== undefined && { retire_others_on: day }) }
  const parsed = parseAlso(body, newSecretSchema, wrong)
  return {
    ...toSecretInput(parsed),
    retireOthersIn: parsed.retire_others_in,
    retireOthersOn: parsed.retire_others_on,
    onFirstUse: parsed.activate === 'on_first_use',
  }
}

/**
 * The clock of the first use needs an end to count to. “Now” is for a secret that may have leaked, which
 * with the clock would work for as long as the new one is not used.
 */
function retirementIn(form: URLSearchParams) {
  const choice = form.get('retire_others_in') ?? ''
  const waits = form.has('activate')
  const problem = waits ? CLOCKLESS[choice] : undefined
  if (problem !== undefined) {
    throw new Refusal('invalid_fields', problem, {
      fields: [{ field: 'retire_others_in', detail: problem }],
    })
  }
  if (choice === 'date') return { retire_others_on: form.get('retire_others_on') ?? '' }
  return {
    ...(choice && { retire_others_in: wholeNumber(choice) }),
    ...(waits && { activate: form.get('activate') }),
  }
}

const CLOCK =
  'To start the clock with the first use, choose after how many hours or days the other secrets end.'

/** Why a choice for the other secrets does not go with the clock. */
const CLOCKLESS: Record<string, string> = {
  '': CLOCK,
  date: CLOCK,
  '0': 'To end the other secrets now, untick “Start the clock when the new secret is first used”: with it they would work until the new secret is used.',
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
  const contacts = form.get('contacts')
  const [profile, bound] = [form.get('profile'), form.get('bound')]
  return {
    ...(tags !== null && { tags: tags.split(/[\s,]+/).filter(Boolean) }),
    ...(contacts !== null && { contacts: contacts.split(/[\s,;]+/).filter(Boolean) }),
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
