import { assertAt } from './assertions.ts'
import { pairOf } from './client-keys.ts'
import { type Client, clientIn, type State } from './expected.ts'
import type { OneFault } from './faults.ts'
import { change, type Outcome, pick, placeOf, refusal, type Run } from './run.ts'
import { admin, type Json } from './world.ts'

// A client gets a public key, and loses it.

export type NewKey = {
  kind: 'new key'
  at: number
  client: number
  pair: number
  fault: OneFault | null
}

export type DeleteKey = {
  kind: 'delete key'
  at: number
  client: number
  key: number
  fault: OneFault | null
}

export async function newKey(run: Run, { at, client, pair, fault }: NewKey): Promise<void> {
  const one = pick(run.state.clients, client)
  if (!one) return
  const { jwk } = await pairOf(pair)
  const ask = () =>
    admin(run.world, placeOf(run, at), 'POST', `/clients/${one.id}/keys`, { jwk: { ...jwk } })
  const isThere = one.publicKeys.some((key) => key.pair === pair)
  const outcome = isThere ? refusal(409, () => true) : added(run, one, pair)
  await change(run, fault, ask, outcome, () => recoveredKey(run, one))
}

function added(run: Run, { id: clientId }: Client, pair: number): Outcome {
  const next = (answer: Json, state: State) => {
    const id = String(answer['key_id'])
    clientIn(state, clientId)?.publicKeys.push({ id, pair })
    state.events.push('public_key.created')
    run.held.push({ clientId, pair, id })
  }
  return { status: 201, next, tells: [clientId] }
}

/** The one of which the model does not know. */
function recoveredKey({ world }: Run, { id, publicKeys }: Client): Json {
  const known = new Set(publicKeys.map((key) => key.id))
  const rows = world.sqlite.rows<{ id: string }>(
    `SELECT secret_id AS id FROM portcullis_secrets
      WHERE client_id = '${id}' AND kind = 'public_key'`,
  )
  return { key_id: rows.find((row) => !known.has(row.id))?.id }
}

/** From then on it proves nothing, also where it is remembered. One location is not asked. */
export async function deleteKey(run: Run, { at, client, key, fault }: DeleteKey): Promise<void> {
  const one = pick(
    run.state.clients.filter(({ publicKeys }) => publicKeys.length > 0),
    client,
  )
  const gone = one && pick(one.publicKeys, key)
  if (!one || !gone) return
  const next = (_answer: Json, state: State) => {
    const after = clientIn(state, one.id) as Client
    after.publicKeys = after.publicKeys.filter(({ id }) => id !== gone.id)
    state.events.push('public_key.deleted')
  }
  const ask = () =>
    admin(run.world, placeOf(run, at), 'DELETE', `/clients/${one.id}/keys/${gone.id}`)
  await change(run, fault, ask, { status: 204, next, tells: [one.id] })
  const signer = { clientId: one.id, pair: gone.pair }
  for (const n of [at, at + 1]) await assertAt(run, placeOf(run, n), signer)
}
