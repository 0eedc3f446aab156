import { randomUUID } from 'node:crypto'
import type { Admin } from '../admin.ts'
import { EXIT, Failure } from '../failure.ts'
import { type Answer, Refused, Unanswered } from '../http.ts'
import { note } from '../terminal.ts'

/**
 * A request whose answer shows a secret this once. It carries a key, so that a second try after a
 * lost answer makes nothing twice: the server then says where it made it, without the secret. The
 * key belongs to this run alone: `inDoubt` says how to find out before running the command again.
 */
export async function askOnce(
  admin: Admin,
  path: string,
  body: object,
  inDoubt: string,
): Promise<Answer> {
  try {
    return await admin.ask('POST', path, { body, idempotencyKey: randomUUID() })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const location = error instanceof Refused ? error.answer.headers.get('location') : null
    if (error instanceof Refused && error.answer.status === 409 && location) {
      throw madeBefore(location)
    }
    throw isInDoubt(error) ? new Failure(error.exitCode, `${error.message}\n${inDoubt}`) : error
  }
}

function madeBefore(location: string): Failure {
  return new Failure(
    EXIT.failed,
    `It was made, but the answer with the secret was lost, and the secret is shown once: ${location}\n` +
      'Make another with portcullis clients rotate.',
  )
}

/** Refusals that an earlier try of the request would have met too, or that know it by its key. */
const SETTLED = new Set([400, 404, 409, 410])

/** Whether it may have been made: only a clear refusal says that it was not. */
function isInDoubt(failure: Failure): boolean {
  if (failure instanceof Unanswered) return failure.mayHaveArrived
  if (!(failure instanceof Refused)) return true
  const { status, tried } = failure.answer
  return status >= 500 || (tried > 1 && !SETTLED.has(status))
}

/** Goes to standard error: standard output may be piped to where the secret is kept. */
export function warnOfSecret(): void {
  note({ text: 'Keep this secret now: it is shown this once.', colour: 'yellow' })
}
