import type { AdminRequest } from '../../actions/changes/commit-change.ts'
import { orMadeMeanwhile, refuseMadeBefore } from '../../actions/changes/make-once.ts'
import { settleMade } from '../../actions/changes/settle-gates.ts'
import { type FieldError, MadeBefore, Refusal } from '../../domain/errors.ts'
import type { IdempotencyKey } from '../../domain/idempotency.ts'
import { type ConsoleContext, type ConsoleForm, consoleRequest } from '../kit/console-env.ts'
import { errorPage } from '../kit/error-page.tsx'
import type { FormHandler, Repeat } from './form-handler.ts'

/** The route of a form. */
export function formRoute<Input, Result>(handler: FormHandler<Input, Result>): ConsoleForm {
  const { path, right, show } = handler
  return { method: 'POST', path, right, show, handle: (c) => runForm(c, handler) }
}

async function runForm<Input, Result>(
  c: ConsoleContext,
  handler: FormHandler<Input, Result>,
): Promise<Response> {
  const { repeat } = handler
  try {
    if (repeat === 'runs') return await runHandler(c, handler, consoleRequest(c))
    return await runOnce(c, handler, repeat)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return showRefused(c, handler, error)
  }
}

async function runHandler<Input, Result>(
  c: ConsoleContext,
  { parse, run, done }: FormHandler<Input, Result>,
  request: AdminRequest,
): Promise<Response> {
  return done(c, await run(c, request, await parse(c)))
}

/**
 * Carries the form out unless that was done before. A second click, a reload and a lost answer send
 * the same form again, and a browser shows only the last answer.
 */
async function runOnce<Input, Result>(
  c: ConsoleContext,
  handler: FormHandler<Input, Result>,
  repeat: (c: ConsoleContext, repeat: Repeat) => Response | Promise<Response>,
): Promise<Response> {
  const { deps } = c.var
  const request = { ...consoleRequest(c), idempotency: idempotencyKeyOf(c) }
  const now = deps.now()
  try {
    // Checked before the fields are parsed: the first run may have removed what they name.
    await refuseMadeBefore(deps, request, now)
    return await orMadeMeanwhile(deps, request, now, () => runHandler(c, handler, request))
  } catch (error) {
    if (!(error instanceof MadeBefore)) throw error
    settleMade(deps, error.made, clientsOf(c))
    return orGone(c, async () => repeat(c, { id: error.made.id, at: error.at }))
  }
}

function clientsOf(c: ConsoleContext): string[] {
  const named = c.req.param('client_id')
  return [...(named ? [named] : []), ...c.var.form.getAll('client_id')]
}

/** Includes the fields, because the same form with other input is another request. */
export function idempotencyKeyOf(c: ConsoleContext): IdempotencyKey {
  const { form, formNonce } = c.var
  const fields = [...form].filter(([name]) => name !== 'form_token')
  const key = JSON.stringify(['form', formNonce, c.req.method, c.req.path, fields])
  return { key, content: '' }
}

async function orGone(c: ConsoleContext, report: () => Promise<Response>): Promise<Response> {
  try {
    return await report()
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'not_found')) throw error
    const why =
      'This form was already sent and carried out. What it was about has been deleted since.'
    return errorPage(c, 409, 'Already done, and deleted since', why)
  }
}

/** Shows the form with what was typed, and each error beside its field or at the top. */
async function showRefused<Input, Result>(
  c: ConsoleContext,
  { show, conflict }: FormHandler<Input, Result>,
  refusal: Refusal,
): Promise<Response> {
  const values = c.var.form
  if (refusal.code === 'stale') {
    return conflict ? conflict(c) : show(c, { values, errors: [], note: 'changed' })
  }
  const errors = formErrorsOf(refusal)
  if (!errors) throw refusal
  return show(c, { values, errors })
}

/** Returns null for a refusal that is not about the input. */
function formErrorsOf(refusal: Refusal): FieldError[] | null {
  if (refusal.extras.fields) return refusal.extras.fields
  return refusal.code === 'conflict' ? [{ field: '', detail: refusal.message }] : null
}
