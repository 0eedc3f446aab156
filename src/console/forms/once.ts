import type { AdminRequest } from '../../actions/changes/commit-change.ts'
import { orMadeMeanwhile, refuseMadeBefore } from '../../actions/changes/make-once.ts'
import { MadeBefore, Refusal } from '../../domain/errors.ts'
import type { Seconds } from '../../domain/time.ts'
import { type ConsoleContext, consoleRequest } from '../kit/console-env.ts'
import { errorPage } from '../kit/error-page.tsx'

/** The result of a form sent before: its subject, and when. */
export type DoneBefore = { id: string; at: Seconds }

type Once = {
  work: (request: AdminRequest) => Promise<Response>
  /** Answers the same form when it is sent again, with what the first one did. */
  before: (done: DoneBefore) => Response | Promise<Response>
}

/**
 * Carries a form out once. A second click, a reload and a lost answer send the same form again, and
 * a browser shows only the last answer: so that one tells what the first one did.
 */
export async function doOnce(c: ConsoleContext, { work, before }: Once): Promise<Response> {
  const { deps } = c.var
  const [request, now] = [onceRequest(c), deps.now()]
  try {
    // Also checked before the form is read: it may have removed what it names.
    await refuseMadeBefore(deps, request, now)
    return await orMadeMeanwhile(deps, request, now, () => work(request))
  } catch (error) {
    if (!(error instanceof MadeBefore)) throw error
    return orGone(c, async () => before({ id: error.made.id, at: error.at }))
  }
}

/** The key includes the form's content: another text in the same form makes it another form. */
function onceRequest(c: ConsoleContext): AdminRequest {
  const { form, once } = c.var
  const fields = [...form].filter(([name]) => name !== 'form_token')
  const key = JSON.stringify(['form', once, c.req.method, c.req.path, fields])
  return { ...consoleRequest(c), idempotency: { key, content: '' } }
}

async function orGone(c: ConsoleContext, report: () => Promise<Response>): Promise<Response> {
  try {
    return await report()
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'not_found')) throw error
    const why =
      'This form was sent before, and did what it says. What it was about was deleted since.'
    return errorPage(c, 409, 'Done already, and deleted since', why)
  }
}
