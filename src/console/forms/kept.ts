import { HOUR, type Seconds } from '../../domain/time.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import { readFormToken } from './form-token.ts'
import { formOfOurs } from './own-form.ts'

/** A form that was sent after its session had ended, kept while its author signs in. */
export type Kept = {
  person: string
  /** The path that it was posted to, beneath the console. */
  path: string
  nonce: string
  fields: [name: string, value: string][]
  until: Seconds
}

/** The encrypted form, for a page to carry; null if it is too long for that. */
export type Waiting = { text: string | null }

/** How long a form is kept. */
const PERIOD: Seconds = HOUR

// It must fit into the body of the request that brings it back, beside the fields of the sign-in.
const LENGTH_MAX = 60_000

/** Fields with credentials are never kept, not even encrypted. */
const NEVER = new Set(['form_token', 'token', 'text', 'kept'])

/**
 * Encrypts the form of this request for the sign-in page to carry, if it was on a page of this
 * console in a session of this browser. Null for any other, or if it cannot be shown again.
 */
export async function keepForm(c: ConsoleContext): Promise<Waiting | null> {
  const form = c.get('showForm') && formOfOurs(c)
  const token = form && (await readFormToken(c, form))
  if (!token) return null
  const { deps, base } = c.var
  const kept: Kept = {
    person: token.person,
    path: c.req.path.slice(base.length),
    nonce: token.nonce,
    fields: [...form].filter(([name]) => !NEVER.has(name)),
    until: deps.now() + PERIOD,
  }
  const text = await deps.keptForms.seal(kept)
  return { text: text.length > LENGTH_MAX ? null : text }
}

/** The form that a page brought back, if it is valid and has not expired. */
export async function openKept(c: ConsoleContext, text: string | null): Promise<Kept | null> {
  if (!text) return null
  const kept = (await c.var.deps.keptForms.open(text)) as Kept | null
  return kept && kept.until > c.var.deps.now() ? kept : null
}
