import { type FieldError, Refusal } from '../../domain/errors.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import type { Entered } from '../kit/field.tsx'

type Answer = Response | Promise<Response>

/**
 * Does what a form asks for. If the input is refused, the form comes again with all of it, and each
 * error beside its field, or on top if it belongs to no single one. If somebody else saved
 * something since, theirs appears beside it.
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
