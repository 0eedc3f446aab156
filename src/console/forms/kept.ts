import { HOUR, type Seconds } from '../../domain/time.ts'
import type { ConsoleContext } from '../console-env.ts'
import { readFormToken } from './form-token.ts'
import { formOfOurs } from './own-form.ts'

/** A form that was sent when its session had ended, until its person has signed in. */
export type Kept = {
  person: string
  /** Beneath the console: where it was posted. */
  path: string
  once: string
  fields: [name: string, value: string][]
  until: Seconds
}

/** A form that waits: encrypted, for a page to carry; null where it is too long for that. */
export type Waiting = { text: string | null }

/** How long what was typed may wait for who typed it. */
const PERIOD: Seconds = HOUR

// What comes back has to fit into a body, beside what else the sign-in sends.
const LENGTH_MAX = 60_000

/** Never kept, encrypted or not: what opens doors. */
const NEVER = new Set(['form_token', 'token', 'kept'])

/**
 * The form of this request, encrypted, for the sign-in page to carry: a page of ours had it, in a session of
 * this browser. Null where it is no such form, or where no page could show it again.
 */
export async function keepForm(c: ConsoleContext): Promise<Waiting | null> {
  const form = c.get('again') && formOfOurs(c)
  const token = form && (await readFormToken(c, form))
  if (!token) return null
  const { deps, base } = c.var
  const kept: Kept = {
    person: token.person,
    path: c.req.path.slice(base.length),
    once: token.once,
    fields: [...form].filter(([name]) => !NEVER.has(name)),
    until: deps.now() + PERIOD,
  }
  const text = await deps.keptForms.seal(kept)
  return { text: text.length > LENGTH_MAX ? null : text }
}

/** What a page brought back, if it is ours and its time is not over. */
export async function openKept(c: ConsoleContext, text: string | null): Promise<Kept | null> {
  if (!text) return null
  const kept = (await c.var.deps.keptForms.open(text)) as Kept | null
  return kept && kept.until > c.var.deps.now() ? kept : null
}
