import { randomUUID } from 'node:crypto'
import type { Admin } from '../admin.ts'
import { EXIT, Failure } from '../failure.ts'
import { type Answer, Refused } from '../http.ts'
import { note } from '../terminal.ts'

/**
 * A request whose answer shows a secret this once. It carries a key, so that a second try after a lost
 * answer makes nothing twice: the server then says where it made it, without the secret.
 */
export async function askOnce(admin: Admin, path: string, body: object): Promise<Answer> {
  try {
    return await admin.ask('POST', path, { body, idempotencyKey: randomUUID() })
  } catch (error) {
    const location = error instanceof Refused ? error.answer.headers.get('location') : null
    if (!(error instanceof Refused && error.answer.status === 409 && location)) throw error
    throw new Failure(
      EXIT.failed,
      `It was made, but the answer with the secret was lost, and the secret is shown once: ${location}\n` +
        'Make another with portcullis clients rotate.',
    )
  }
}

/** On standard error: what is on standard output may be piped to where the secret is kept. */
export function warnOfSecret(): void {
  note({ text: 'Keep this secret now: it is shown this once.', colour: 'yellow' })
}
