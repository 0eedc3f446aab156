import { openAdmin } from '../admin.ts'
import { EXIT, Failure } from '../failure.ts'
import { Refused } from '../http.ts'

/**
 * Posts a request upon which the server asks the receiver, and returns what it answered. A second
 * attempt would send the same once more.
 */
export async function postOnce(path: string, body: object): Promise<unknown> {
  const admin = await openAdmin()
  try {
    return (await admin.post(path, body, 'never')).body
  } catch (failure) {
    // The server answered: its receiver did not.
    if (!(failure instanceof Refused && failure.answer.status === 502)) throw failure
    throw new Failure(EXIT.failed, failure.message)
  }
}
