import { openAdmin } from '../admin.ts'
import { EXIT, Failure } from '../failure.ts'
import { Refused } from '../http.ts'

/** A second attempt would send the same once more. */
const ONCE = { maxAttempts: 1, giveUpAfterMs: 0 }

/** Posts a request behind which the server asks the receiver, and returns what it answered. */
export async function postOnce(path: string, body: object): Promise<unknown> {
  const admin = await openAdmin(ONCE)
  try {
    return (await admin.request('POST', path, { body })).body
  } catch (failure) {
    // The server answered: its receiver did not.
    if (!(failure instanceof Refused && failure.answer.status === 502)) throw failure
    throw new Failure(EXIT.failed, failure.message)
  }
}
