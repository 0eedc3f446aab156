import { assertedBy } from '../../support/client-keys.ts'
import { pairOf } from './client-keys.ts'
import {
  clientIn,
  grantOf,
  scopeOf,
  type State,
  type Token,
  type UsedAssertion,
} from './expected.ts'
import { factsOf, factsOfD1, isKept } from './facts.ts'
import type { OneFault } from './faults.ts'
import { issued } from './issue.ts'
import { change, type Outcome, pick, placeOf, refusal, type Run, timeAt } from './run.ts'
import { type Answer, form, type Json, type Location } from './world.ts'

// A client proves itself by an assertion: each is accepted once, and none whose key is gone.

const ENDPOINTS = {
  token: '/oauth/token',
  introspect: '/oauth/introspect',
  revoke: '/oauth/revoke',
} as const
export type Endpoint = keyof typeof ENDPOINTS

/** A client signs an assertion and sends it. */
export type Assert = {
  kind: 'assert'
  at: number
  /** The index among the keys that there ever were, the newest first. */
  key: number
  /** Whether it is signed in the name of another client. */
  other: boolean
  /** Whether it has the `jti` of the assertion before. */
  sameJti: boolean
  lifetime: number
  to: Endpoint
  fault: OneFault | null
}

/** An assertion is sent once more. */
export type AssertAgain = {
  kind: 'assert again'
  at: number
  /** The index among the assertions, the newest first. */
  assertion: number
  to: Endpoint
  fault: OneFault | null
}

/** A client had this key, by the id that it had then. */
export type Held = { clientId: string; pair: number; id: string }

export type Assertion = {
  clientId: string
  pair: number
  jti: string
  exp: number
  fields: Record<string, string>
}

export async function assert(run: Run, step: Assert): Promise<void> {
  const { at, key, other, sameJti, lifetime, to, fault } = step
  const held = pick([...run.held].reverse(), key)
  if (!held) return
  const place = placeOf(run, at)
  const others = run.state.clients.filter(({ id }) => id !== held.clientId)
  const clientId = (other ? pick(others, key)?.id : null) ?? held.clientId
  // Once it is forgotten, a `jti` may come again.
  const last = run.assertions.findLast(({ exp }) => isKept(exp, run.world.clock.now))
  const jti = sameJti && last ? last.jti : `jti ${run.assertions.length}`
  const made = await sign(run, {
    clientId,
    pair: held.pair,
    jti,
    exp: timeAt(run, place) + lifetime,
  })
  await present(run, place, { made, to, fault })
}

export async function assertAgain(run: Run, step: AssertAgain): Promise<void> {
  const made = pick([...run.assertions].reverse(), step.assertion)
  if (made) await present(run, placeOf(run, step.at), { made, to: step.to, fault: step.fault })
}

/** Each key that there ever was, and the last assertion, when nothing fails any more. */
export async function checkEveryKey(run: Run): Promise<void> {
  const { world, held } = run
  const last = run.assertions.at(-1)
  if (last) await present(run, world.oracle, { made: last, to: 'introspect', fault: null })
  for (const one of held) await assertAt(run, world.oracle, one)
}

type Signer = Pick<Held, 'clientId' | 'pair'>

export async function assertAt(run: Run, place: Location, by: Signer): Promise<void> {
  const made = await freshly(run, place, by)
  await present(run, place, { made, to: 'introspect', fault: null })
}

/** An assertion as a client with the clock of this place makes it. */
export function freshly(run: Run, place: Location, { clientId, pair }: Signer): Promise<Assertion> {
  const [jti, exp] = [`jti ${run.assertions.length}`, timeAt(run, place) + 60]
  return sign(run, { clientId, pair, jti, exp })
}

async function sign(run: Run, made: Omit<Assertion, 'fields'>): Promise<Assertion> {
  const { clientId, pair, jti, exp } = made
  const fields = await assertedBy(await pairOf(pair), clientId, exp, { jti, exp })
  const assertion = { ...made, fields }
  run.assertions.push(assertion)
  return assertion
}

type Sent = { made: Assertion; to: Endpoint; fault: OneFault | null }

async function present(run: Run, place: Location, sent: Sent, mayErr = true): Promise<void> {
  const { made, to, fault } = sent
  const now = timeAt(run, place)
  const client = clientIn(run.state, made.clientId)
  const token = run.tokens.findLast(({ clientId }) => clientId === made.clientId)
  const due = outcomeOf(run, sent, token, now)
  const fields = { ...made.fields, ...fieldsFor(to, token) }
  let [isOutdated, body] = [false, {} as Json]
  const outcomeFor = (answer: Answer): Outcome => {
    body = answer.body
    isOutdated = mayErr && due.uses !== undefined && answer.status === 401 && isOfOldKey(run, made)
    return isOutdated ? REFUSED : due
  }
  const ask = () => form(run.world, place, ENDPOINTS[to], fields, null)
  const isAnswered = await change(run, fault, ask, outcomeFor)
  if (isOutdated) return present(run, place, { ...sent, fault: null }, false)
  if (!isAnswered || due.status !== 200 || to !== 'token') return undefined
  return issued(run, body, client ? grantOf(client) : null, client, now)
}

const REFUSED = refusal(401, () => true)

/**
 * Whether the key was replaced by the same one, which has another id now: an isolate that remembers
 * the old one refuses an assertion, and uses nothing up. It knows better from then on.
 */
function isOfOldKey({ world, state, held }: Run, { clientId, pair }: Assertion): boolean {
  const ids = held.filter((one) => one.clientId === clientId && one.pair === pair)
  const [found, known] = [factsOfD1(world).used, factsOf(state, world.clock.now).used]
  return ids.length > 1 && found.join() === known.join()
}

function fieldsFor(to: Endpoint, token: Token | undefined): Record<string, string> {
  return to === 'token' ? { grant_type: 'client_credentials' } : { token: token?.text ?? 'none' }
}

/** By its own clock: an assertion is accepted so much before and after, and so long at most. */
const CLIENT_SKEW = 30
const LIFETIME = 300

export function isInTime(exp: number, now: number): boolean {
  return now < exp + CLIENT_SKEW && exp - CLIENT_SKEW <= now + LIFETIME
}

/** Null where the assertion does not prove its client, and nothing is used up. */
export function useOfAssertion(state: State, made: Assertion, now: number): UsedAssertion | null {
  const { clientId, pair, jti, exp } = made
  const isHeld = clientIn(state, clientId)?.publicKeys.some((key) => key.pair === pair)
  const name = `${clientId} ${jti}`
  const isUsed = state.used.some((use) => use.name === name)
  return isHeld && !isUsed && isInTime(exp, now) ? { name, expiresAt: exp } : null
}

function outcomeOf(run: Run, { made, to }: Sent, token: Token | undefined, now: number): Outcome {
  const client = clientIn(run.state, made.clientId)
  const uses = useOfAssertion(run.state, made, now)
  if (!client) return refusal(401, isError('invalid_client'), 4)
  if (!uses) return refusal(401, isError('invalid_client'), ONCE)
  if (client.suspended) return { ...refusal(401, isError('invalid_client'), 2), uses }
  if (to === 'revoke') return { ...revoked(run.state, token, now), uses }
  if (to === 'introspect') return { ...introspected(run.state, token, now), uses }
  if (!grantOf(client)) return { ...refusal(400, isError('invalid_scope')), uses }
  return { status: 200, next: () => {}, uses, breaks: ONCE }
}

/** INV-23: what an assertion proves, once. */
const ONCE = 23

function isError(code: string) {
  return ({ body }: Answer) => body['error'] === code
}

function introspected(state: State, token: Token | undefined, now: number): Outcome {
  const scope = token ? scopeOf(state, token, now) : null
  const says = ({ body }: Answer) =>
    body['active'] === (scope !== null) && (scope === null || body['scope'] === scope)
  return { status: 200, next: () => {}, says, breaks: ONCE }
}

/** Its newest token, if it is not dead by then. */
function revoked(state: State, token: Token | undefined, now: number): Outcome {
  const isDone =
    !token ||
    now >= token.exp ||
    state.revoked.includes(token.jti) ||
    state.lostKeys.includes(token.kid)
  const next = (_answer: Json, after: State) => {
    if (isDone) return
    after.revoked.push(token.jti)
    after.events.push('token.revoked')
  }
  return { status: 200, next, breaks: ONCE }
}
