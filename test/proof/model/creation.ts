import {
  clientIn,
  DAY,
  endAfter,
  isFull,
  isLive,
  type KeyUse,
  PERMISSIONS,
  type PermissionName,
  retired,
  retirements,
  type Secret,
  type State,
  useOf,
  visible,
} from './expected.ts'
import type { OneFault } from './faults.ts'
import { change, type Outcome, pick, placeOf, refusal, type Run, timeAt } from './run.ts'
import { admin, type Answer, ISSUER, type Json } from './world.ts'

// Requests that create a client or a secret: once for a key, however often they are sent.

export type Create = {
  kind: 'create'
  at: number
  access: PermissionName[]
  days: number
  short: boolean
  rotates: boolean
  keyed: boolean
  fault: OneFault | null
}

export type NewSecret = {
  kind: 'new secret'
  at: number
  client: number
  days: number
  retire: number | null
  keyed: boolean
  fault: OneFault | null
}

/** A request that had a key is sent once more, or another with its key. */
export type Again = {
  kind: 'again'
  at: number
  /** How many such requests ago. */
  request: number
  other: boolean
  fault: OneFault | null
}

type ClientToMake = {
  name: string
  access: PermissionName[]
  lifetime: number
  rotates: boolean
  expires: number
}
type SecretToMake = { clientId: string; retire: number | null; expires: number }
type Creation = ClientToMake | SecretToMake

export type Keyed = { key: string; creation: Creation }
type Sent = { key: string | null; creation: Creation; isAgain?: boolean }

export async function create(run: Run, step: Create): Promise<void> {
  const { at, access, days, short, rotates, keyed, fault } = step
  const now = timeAt(run, placeOf(run, at))
  const [name, lifetime] = [`model ${++run.names}`, short ? 60 : 43_200]
  const creation = { name, access, lifetime, rotates, expires: endAfter(now, days) }
  await make(run, at, noted(run, creation, keyed), fault)
}

export async function newSecret(run: Run, step: NewSecret): Promise<void> {
  const { at, client, days, retire, keyed, fault } = step
  const one = pick(run.state.clients, client)
  if (!one) return
  const now = timeAt(run, placeOf(run, at))
  const creation = { clientId: one.id, retire, expires: endAfter(now, days) }
  await make(run, at, noted(run, creation, keyed), fault)
}

export async function again(run: Run, { at, request, other, fault }: Again): Promise<void> {
  const sent = pick([...run.keyed].reverse(), request)
  if (!sent) return
  const creation = other ? otherThan(run, sent.creation) : sent.creation
  await make(run, at, { key: sent.key, creation, isAgain: true }, fault)
}

function noted(run: Run, creation: Creation, keyed: boolean): Sent {
  if (!keyed) return { key: null, creation }
  const sent = { key: `key-${run.keyed.length}`, creation }
  run.keyed.push(sent)
  return sent
}

function otherThan(run: Run, creation: Creation): Creation {
  if ('clientId' in creation) return { ...creation, expires: creation.expires + DAY }
  return { ...creation, name: `model ${++run.names}` }
}

async function make(run: Run, at: number, sent: Sent, fault: OneFault | null): Promise<void> {
  const { creation, isAgain = false } = sent
  const place = placeOf(run, at)
  const { path, body } = requestOf(creation)
  // The same request, whatever the order of its fields and the way to write its key.
  const key = isAgain ? `"${sent.key}"` : sent.key
  const written = isAgain ? Object.fromEntries(Object.entries(body).reverse()) : body
  const ask = () => admin(run.world, place, 'POST', path, written, { key })
  const outcome = outcomeOf(run, sent, timeAt(run, place))
  const isAnswered = await change(run, fault, ask, outcome, () => recovered(run, creation))
  // This is the purpose of a key: a caller without an answer asks again, and may be answered by
  // another location.
  const asksAgain = !isAnswered && !isAgain && key !== null
  if (asksAgain) await make(run, at + 1, { ...sent, isAgain: true }, null)
}

function requestOf(creation: Creation): { path: string; body: Json } {
  const expires_on = new Date(creation.expires * 1000).toISOString().slice(0, 10)
  if ('clientId' in creation) {
    const { clientId, retire } = creation
    const retire_others_in = retire === null ? {} : { retire_others_in: retire }
    return { path: `/clients/${clientId}/secrets`, body: { expires_on, ...retire_others_in } }
  }
  const { name, access, lifetime, rotates } = creation
  const body = {
    client_name: name,
    permissions: access.map((permission) => PERMISSIONS[permission]),
    secret: { expires_on },
    access_token_lifetime: lifetime,
    allow_self_rotation: rotates,
  }
  return { path: '/clients', body }
}

function outcomeOf(run: Run, sent: Sent, now: number): Outcome {
  const { creation, key } = sent
  const use = key === null ? undefined : useOf(run.state, key, now)
  if (use) return outcomeOfUsedKey(run.state, use, creation, now)
  if ('clientId' in creation) return outcomeOfSecret(run, creation, sent, now)
  return isTooLate(creation, now) ? TOO_LATE : clientMade(run, creation, sent, now)
}

function outcomeOfSecret(run: Run, creation: SecretToMake, sent: Sent, now: number): Outcome {
  const client = clientIn(run.state, creation.clientId)
  if (!client) return refusal(404, isProblem('not_found'))
  if (isTooLate(creation, now)) return TOO_LATE
  const others = retiredBy(creation, client.secrets, now)
  if (isFull(others, now)) return refusal(409, isProblem('conflict'), 6)
  return secretMade(run, creation, sent, now)
}

/** A request that is sent again days later asks for an end in the past. */
function isTooLate({ expires }: Creation, now: number): boolean {
  return expires < now
}

const TOO_LATE = refusal(400, isProblem('invalid_fields'))

function outcomeOfUsedKey(state: State, use: KeyUse, creation: Creation, now: number): Outcome {
  if (use.request !== textOf(creation)) return refusal(422, isProblem('key_reused'))
  const { clientId, secretId } = use
  const client = clientIn(state, clientId)
  const shown = client ? visible(client.secrets, now).map(({ id }) => id) : []
  const isThere = secretId === null ? client !== undefined : shown.includes(secretId)
  const isReplay = ({ headers }: Answer) => headers.get('idempotency-replayed') === 'true'
  if (!isThere) return refusal(410, (answer) => isReplay(answer) && isProblem('gone')(answer))
  const place = `${ISSUER}/admin/v1/clients/${clientId}${secretId ? `/secrets/${secretId}` : ''}`
  const isMadeBefore = refusal(409, (answer) => {
    const isThat = answer.headers.get('location') === place
    return isThat && isReplay(answer) && isProblem('made_before')(answer)
  })
  return { ...isMadeBefore, tells: [clientId] }
}

function isProblem(code: string) {
  return ({ body }: Answer) => body['type'] === `urn:portcullis:problem:${code}`
}

function textOf(creation: Creation): string {
  return JSON.stringify(requestOf(creation))
}

function clientMade(run: Run, creation: ClientToMake, sent: Sent, now: number): Outcome {
  const { name, access, lifetime, rotates, expires } = creation
  const next = (answer: Json, state: State) => {
    const id = String(answer['client_id'])
    const [made] = answer['secrets'] as Json[]
    const secret = secretOf({ ...made, client_secret: answer['client_secret'] }, expires, now)
    const rest = {
      suspended: false,
      generation: 0,
      permissions: access,
      lifetime,
      rotates,
      role: null,
    }
    state.clients.push({ id, name, ...rest, secrets: [secret], publicKeys: [] })
    state.events.push('client.created')
    noteUse(state, sent, { clientId: id, secretId: null, at: now })
    noteCredential(run, id, name, secret)
  }
  return { status: 201, next }
}

function secretMade(run: Run, creation: SecretToMake, sent: Sent, now: number): Outcome {
  const { clientId, expires } = creation
  const next = (answer: Json, state: State) => {
    const after = clientIn(state, clientId)
    if (!after) return
    const others = retiredBy(creation, after.secrets, now)
    const secret = secretOf(answer, expires, now)
    state.events.push(...retirements(after.secrets, others), 'secret.created')
    after.secrets = [...visible(others, now), secret]
    noteUse(state, sent, { clientId, secretId: secret.id, at: now })
    noteCredential(run, clientId, after.name, secret)
  }
  return { status: 201, next, tells: [clientId] }
}

function retiredBy({ retire }: SecretToMake, secrets: Secret[], now: number): Secret[] {
  if (retire === null) return secrets
  return secrets.map((secret) => (isLive(secret, now) ? retired(secret, now, retire) : secret))
}

/** A secret as the answer to its creation shows it. */
export function secretOf(answer: Json, expires: number, now: number): Secret {
  const text = (answer['client_secret'] ?? null) as string | null
  const id = String(answer['secret_id'])
  return { id, text, createdAt: now, expires, end: expires, retiring: false }
}

function noteUse(
  state: State,
  { key, creation }: Sent,
  use: Pick<KeyUse, 'clientId' | 'secretId' | 'at'>,
): void {
  if (key === null) return
  const others = state.keys.filter((one) => one.key !== key)
  state.keys = [...others, { key, request: textOf(creation), ...use }]
}

export function noteCredential(
  { credentials }: Run,
  clientId: string,
  name: string,
  { id, text }: Secret,
): void {
  if (text !== null) credentials.push({ clientId, name, secretId: id, text })
}

/** The thing created for a request whose answer was lost. */
function recovered(run: Run, creation: Creation): Json {
  if ('clientId' in creation) return recoveredSecret(run, creation.clientId)
  const [row] = run.world.sqlite.rows<{ id: string; secret: string }>(
    `SELECT c.client_id AS id, s.secret_id AS secret FROM portcullis_clients c
      JOIN portcullis_secrets s ON s.client_id = c.client_id
      WHERE c.name = '${creation.name}' ORDER BY c.id DESC`,
  )
  return { client_id: row?.id, secrets: [{ secret_id: row?.secret }] }
}

/** The one of which the model does not know. */
export function recoveredSecret({ world, state }: Run, clientId: string): Json {
  const known = new Set(clientIn(state, clientId)?.secrets.map(({ id }) => id))
  const rows = world.sqlite.rows<{ id: string }>(
    `SELECT secret_id AS id FROM portcullis_secrets
      WHERE client_id = '${clientId}' AND kind = 'secret'`,
  )
  return { secret_id: rows.find(({ id }) => !known.has(id))?.id }
}
