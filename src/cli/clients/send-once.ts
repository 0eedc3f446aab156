import type { Admin } from '../admin.ts'
import { EXIT, Failure } from '../failure.ts'
import { type Answer, Refused } from '../http.ts'
import { isInDoubt } from '../in-doubt.ts'
import { sayIfLost } from '../lost-output.ts'
import { note } from '../terminal.ts'

/**
 * Sends a request whose answer shows a secret once. Its idempotency key keeps a second attempt,
 * after a lost answer, from making anything twice: the server then says where the client or secret
 * is, and `lost` what to do. The key belongs to this run alone: `inDoubt` says what to look at before
 * running it again.
 */
export async function sendOnce(
  admin: Admin,
  path: string,
  body: object,
  inDoubt: string,
  lost = LOST_SECRET,
): Promise<Answer> {
  try {
    const answer = await admin.post(path, body, 'by key', inDoubt)
    const location = answer.headers.get('location') ?? path
    if ('client_secret' in (answer.body as object)) sayIfLost(unwritten(location))
    return answer
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const location = error instanceof Refused ? error.answer.headers.get('location') : null
    if (error instanceof Refused && error.answer.status === 409 && location) {
      throw new Failure(EXIT.failed, lost(location))
    }
    throw isInDoubt(error) ? new Failure(error.exitCode, `${error.message}\n${inDoubt}`) : error
  }
}

const LOST_SECRET = (location: string) =>
  `It was made, but the answer with the secret was lost, and the secret is shown once: ${location}\n` +
  'Make another with portcullis clients rotate.'

const unwritten = (location: string) =>
  `The secret was made, is shown once, and is lost: ${location}\n` +
  'Make another with portcullis clients rotate.'

/** Goes to standard error: standard output may be piped into a password manager. */
export function warnToKeepSecret(): void {
  note({ text: 'Keep this secret now: it is shown this once.', colour: 'yellow' })
}
