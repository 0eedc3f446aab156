import { type Admin, openAdmin } from '../admin.ts'
import { noAcknowledgement } from '../answers.ts'
import { action } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { labelOf, withClient } from '../find-client.ts'
import { isNotThere, type RetryOptions } from '../http.ts'
import { isInDoubt } from '../in-doubt.ts'
import { note, print } from '../terminal.ts'
import type { ClientBody } from '../api-types.ts'
import { acknowledgedNow, type Acknowledgement, type Change, changeMany } from './change-many.ts'
import { clientsArgument } from './client-argument.ts'

const args = {
  ...clientsArgument,
  reason: { type: 'string', valueHint: 'TEXT', description: 'Why; it goes to the audit log' },
} as const

/** Retried longer than any other request: it is urgent, and idempotent. */
const URGENT: RetryOptions = { maxAttempts: 5, giveUpAfterMs: 30_000 }

export const suspend = action(
  'suspend',
  'Stop clients: from the acknowledgement on, their tokens and secrets are rejected',
  args,
  async ({ client: all, reason, json }) => {
    const admin = openAdmin(URGENT)
    const [named = '', ...others] = all
    if (json || others.length > 0) return changeMany(admin, all, changeOf(reason), json)
    const outcome = await suspendOne(admin, named, reason)
    say(outcome)
    return outcome.failure?.exitCode ?? EXIT.ok
  },
)

const changeOf = (reason: string | undefined): Change => ({
  action: 'suspend',
  reason,
  done: 'Suspended',
  flag: 'suspended',
  isTimed: true,
})

type Acknowledged = { client: ClientBody } & Acknowledgement

/** `suspended`: null if the request was sent and no answer says what became of it. */
type Outcome = {
  named: string
  suspended: boolean | null
  failure?: Failure
} & Partial<Acknowledged>

async function suspendOne(
  opening: Promise<Admin>,
  named: string,
  reason: string | undefined,
): Promise<Outcome> {
  try {
    const admin = await opening
    return await withClient(admin, named, (id) => putSuspension(admin, named, id, reason))
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure
    return { named, suspended: false, failure }
  }
}

async function putSuspension(
  admin: Admin,
  named: string,
  id: string,
  reason: string | undefined,
): Promise<Outcome> {
  const from = performance.now()
  try {
    const { body } = await admin.request('PUT', `/clients/${id}/suspension`, { body: { reason } })
    return { named, suspended: true, ...acknowledged(body as ClientBody, id, from) }
  } catch (failure) {
    if (!(failure instanceof Failure) || isNotThere(failure)) throw failure
    return { named, suspended: isInDoubt(failure) ? null : false, failure }
  }
}

/** Accepts only the client itself, suspended: another server may answer 200 too. */
function acknowledged(client: ClientBody, id: string, from: number): Acknowledged {
  if (client.client_id !== id || client.status !== 'suspended') {
    throw noAcknowledgement()
  }
  return { client, ...acknowledgedNow(from) }
}

function say({ named, suspended, failure, ...rest }: Outcome): void {
  if (failure) {
    return note({ text: verdict(suspended), colour: 'red' }, `: ${named}\n${failure.message}`)
  }
  const { client, acknowledged_at: at, acknowledged_in_ms: duration } = rest as Acknowledged
  const since = `since ${client.suspended_at}, acknowledged at ${at} (in ${duration} ms)`
  const propagation = `propagation ${client.propagation}`
  print({ text: 'Suspended', colour: 'green' }, ` ${since}; ${propagation}: ${labelOf(client)}`)
  if (client.propagation === 'complete') return
  note(
    'The denylist is updated automatically: until then, APIs that only read it accept its tokens.',
  )
}

function verdict(suspended: boolean | null): string {
  return suspended === null
    ? 'NOT ACKNOWLEDGED, treat it as not suspended and try again'
    : 'NOT suspended'
}
