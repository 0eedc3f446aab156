import { type Admin, openAdmin } from '../admin.ts'
import { noAcknowledgement } from '../answers.ts'
import { action } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { labelOf, readClient, readVersion } from '../find-client.ts'
import { Refused } from '../http.ts'
import { print } from '../terminal.ts'
import type { ClientBody } from '../api-types.ts'
import { type Change, changeMany } from './change-many.ts'
import { clientsArgument } from './client-argument.ts'
import { statusCell } from './words.ts'

export const resume = action(
  'resume',
  'Lift suspensions: tokens and secrets work again, unless they have expired or been revoked',
  clientsArgument,
  async ({ client: all, json }) => {
    const [named = '', ...others] = all
    if (json || others.length > 0) return changeMany(openAdmin(), all, CHANGE, json)
    const admin = await openAdmin()
    const { client, ifMatch } = await readVersion(admin, named)
    if (client.suspended_at === null) say('Not suspended', client)
    else say('Resumed', await resumeAsSeen(admin, client, ifMatch))
    return EXIT.ok
  },
)

const CHANGE: Change = { action: 'resume', done: 'Resumed', flag: 'resumed' }

function say(what: string, client: ClientBody): void {
  const status = statusCell(client)
  const word = typeof status === 'string' ? status : status.text
  print(`${what}: ${labelOf(client)}. Status: ${word}; propagation ${client.propagation}`)
}

/**
 * Lifts the suspension that was read, and not a later one: a retry may come after another
 * administrator has suspended the client again.
 */
async function resumeAsSeen(
  admin: Admin,
  client: ClientBody,
  ifMatch: string,
): Promise<ClientBody> {
  try {
    const path = `/clients/${client.client_id}/suspension`
    const resumed = (await admin.request('DELETE', path, { ifMatch })).body as ClientBody
    if (resumed.suspended_at !== null) throw noAcknowledgement()
    return resumed
  } catch (failure) {
    if (!(failure instanceof Refused && failure.answer.status === 412)) throw failure
    return resumedBefore(admin, client.client_id)
  }
}

/** Changed since it was read: by an earlier try whose answer was lost, or by another administrator. */
async function resumedBefore(admin: Admin, id: string): Promise<ClientBody> {
  const client = await readClient(admin, id)
  if (client.suspended_at === null) return client
  throw new Failure(
    EXIT.failed,
    `NOT resumed: ${labelOf(client)} was changed in the meantime, and is suspended. Look at it, and try again.`,
  )
}
