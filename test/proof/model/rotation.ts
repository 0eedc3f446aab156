import { noteCredential, recoveredSecret, secretOf } from './creation.ts'
import {
  type Client,
  clientIn,
  DAY,
  endAfter,
  isFull,
  isLive,
  retired,
  retirements,
  type Secret,
  type State,
  visible,
} from './expected.ts'
import type { OneFault } from './faults.ts'
import {
  change,
  type Credential,
  type Outcome,
  pick,
  placeOf,
  refusal,
  type Run,
  timeAt,
} from './run.ts'
import { type Answer, form, type Json } from './world.ts'

/** A client asks for another secret in place of the one that it uses. */
export type Rotate = {
  kind: 'rotate'
  at: number
  credential: number
  /** For how many seconds the one used goes on working; null where that is not said. */
  overlap: number | null
  fault: OneFault | null
}

const OVERLAP = DAY

export async function rotate(run: Run, { at, credential, overlap, fault }: Rotate): Promise<void> {
  const one = pick(run.credentials, credential)
  if (!one) return
  const isAnswered = await replace(run, at, one, overlap, fault)
  // With the secret that it has, as long as that one works.
  if (!isAnswered) await replace(run, at + 1, one, overlap, null)
}

function replace(
  run: Run,
  at: number,
  { clientId, secretId, text }: Credential,
  overlap: number | null,
  fault: OneFault | null,
): Promise<boolean> {
  const place = placeOf(run, at)
  const fields: Record<string, string> = overlap === null ? {} : { overlap: String(overlap) }
  const by = { id: clientId, secret: text }
  const ask = () => form(run.world, place, '/oauth/rotate', fields, by)
  const used = { clientId, secretId, overlap: overlap ?? OVERLAP }
  const outcome = outcomeOf(run, used, timeAt(run, place))
  return change(run, fault, ask, outcome, () => recoveredSecret(run, clientId))
}

type Used = { clientId: string; secretId: string; overlap: number }

function outcomeOf(run: Run, { clientId, secretId, overlap }: Used, now: number): Outcome {
  const client = clientIn(run.state, clientId)
  const used = client?.secrets.find(({ id }) => id === secretId)
  if (!client || client.suspended || !used || !isLive(used, now)) {
    return refusal(401, isError('invalid_client'), client ? (client.suspended ? 2 : 5) : 4)
  }
  if (!client.rotates) return refusal(400, isError('unauthorized_client'), 15)
  const previous = retired(used, now, overlap)
  if (isFull(replaced(client, previous), now)) return refusal(400, isError('invalid_request'), 6)
  return rotated(run, client, previous, now)
}

function isError(code: string) {
  return ({ body }: Answer) => body['error'] === code
}

/** The others are left alone. */
function replaced({ secrets }: Client, previous: Secret): Secret[] {
  return secrets.map((secret) => (secret.id === previous.id ? previous : secret))
}

function rotated(run: Run, { id, name }: Client, previous: Secret, now: number): Outcome {
  const expires = endAfter(now, daysOf(previous))
  const next = (answer: Json, state: State) => {
    const client = clientIn(state, id)
    if (!client) return
    const kept = replaced(client, previous)
    const secret = secretOf(answer, expires, now)
    state.events.push(...retirements(client.secrets, kept), 'secret.created')
    client.secrets = [...visible(kept, now), secret]
    noteCredential(run, id, name, secret)
  }
  const due = [id, expires, previous.id, previous.end]
  const says = ({ body }: Answer) =>
    due.join() ===
    [
      body['client_id'],
      body['client_secret_expires_at'],
      body['previous_secret_id'],
      body['previous_secret_expires_at'],
    ].join()
  return { status: 201, next, says, tells: [id] }
}

/** As a calendar counts them: so many the next one is given too. */
function daysOf({ createdAt, expires }: Secret): number {
  return Math.floor(expires / DAY) - Math.floor(createdAt / DAY)
}
