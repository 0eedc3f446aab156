import { HOUR, type Seconds } from '../../domain/time.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import { readFormToken } from './form-token.ts'
import { formOfOurs } from './own-form.ts'

/** A form sent after its session had ended, kept until its person has signed in. */
export type Kept = {
  person: string
  /** Where it was posted, beneath the console. */
  path: string
  nonce: string
  fields: [name: string, value: string][]
  until: Seconds
}

/** A waiting form: encrypted, for a page to carry; null if it is too long for that. */
export type Waiting = { text: string | null }

/** How long typed input may wait for its author. */
const PERIOD: Seconds = HOUR

// It has to fit into a body when it comes back, beside the rest of the sign-in.
const LENGTH_MAX = 60_000

/** Fields that open doors are never kept, encrypted or not. */
const NEVER = new Set(['form_token', 'token', 'kept'])

/**
 * The form of this request, encrypted, for the sign-in page to carry, if it was on a page of ours
 * in a session of this browser. Null for any other, or if no page could show it again.
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

/** The form that a page brought back, if it is ours and has not expired. */
export async function openKept(c: ConsoleContext, text: string | null): Promise<Kept | null> {
  if (!text) return null
  const kept = (await c.var.deps.keptForms.open(text)) as Kept | null
  return kept && kept.until > c.var.deps.now() ? kept : null
}
