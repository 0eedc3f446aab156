import { type FieldError, Refusal } from '../domain/errors.ts'
import type { ConsoleContext } from './console-env.ts'
import type { Entered } from './parts/field.tsx'

type Answer = Response | Promise<Response>

/**
 * Does what a form asks for; where it is refused for what was typed, the form comes again with all of
 * it, and says what is wrong beside each field, or on top where it is no one field's. Where somebody else
 * saved something since, it comes again with theirs beside it.
 */
export async function orAgain(
  c: ConsoleContext,
  work: () => Promise<Response>,
  again: (entered: Entered) => Answer,
): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.code === 'stale') return again({ values: c.var.form, errors: [], note: 'changed' })
    const errors = problemsOf(error)
    if (!errors) throw error
    return again({ values: c.var.form, errors })
  }
}

function problemsOf(refusal: Refusal): FieldError[] | null {
  if (refusal.extras.fields) return refusal.extras.fields
  return refusal.code === 'conflict' ? [{ field: '', detail: refusal.message }] : null
}
