import {
  type Algorithm,
  activeKey,
  isScheduled,
  JWKS_MAX_AGE,
  NEVER,
  type SigningKey,
  stateOf,
} from './signing-key.ts'
import { CLOCK_SKEW, isAhead, type Seconds } from './time.ts'

/** The configuration of the signing keys. */
export type KeyPolicy = { algorithm: Algorithm; age: Seconds; lead: Seconds }

/** One step applied to an existing key. */
export type KeyStep = {
  action: 'promoted' | 'retired' | 'revoked'
  before: SigningKey
  after: SigningKey
  reason?: string
}

/** The steps to apply to the keys, and when each key still to be made signs. */
export type KeyPlan = { steps: KeyStep[]; makes: Seconds[] }

export const NOTHING: KeyPlan = { steps: [], makes: [] }

/**
 * When every cache has the key: even a cache filled just before the key was created has been
 * refreshed by then.
 */
export function usableFrom({ createdAt }: SigningKey, lead: Seconds): Seconds {
  return createdAt + lead + JWKS_MAX_AGE
}

/** The key that is promoted next: published, of the algorithm, and without a date. */
export function standbyOf(
  keys: SigningKey[],
  algorithm: Algorithm,
  now: Seconds,
): SigningKey | null {
  const isIt = (key: SigningKey) => key.algorithm === algorithm && !isScheduled(key, now)
  // A key created while a clock was wrong does not tell since when it has been published.
  return waiting(keys, now).find((key) => isIt(key) && !isAhead(key.createdAt, now)) ?? null
}

/** The published keys that have not signed yet, in the order in which they will. */
export function waiting(keys: SigningKey[], now: Seconds): SigningKey[] {
  const all = keys.filter((key) => stateOf(key, keys, now) === 'standby')
  return all.sort((a, b) => a.createdAt - b.createdAt || (a.kid < b.kid ? -1 : 1))
}

function promoted(before: SigningKey, activatesAt: Seconds): KeyStep {
  return { action: 'promoted', before, after: { ...before, activatesAt } }
}

export function revoked(before: SigningKey, now: Seconds, reason?: string): KeyStep {
  const step = { action: 'revoked', before, after: { ...before, revokedAt: now } } as const
  return reason === undefined ? step : { ...step, reason }
}

/**
 * A planned rotation: the standby signs as soon as every cache has it. If there is none, a key is
 * made. While a promoted key still waits for its time nothing is promoted: a key promoted behind it
 * would take its place before it has signed, and each would stay published for nothing.
 */
export function planRotation(keys: SigningKey[], policy: KeyPolicy, now: Seconds): KeyPlan {
  const { algorithm, lead } = policy
  // Without an active key there is nothing to wait for.
  if (!activeKey(keys, algorithm, now) || promotedKey(keys, algorithm, now)) {
    return planUpkeep(keys, NOTHING, policy, now)
  }
  const next = standbyOf(keys, algorithm, now)
  const steps = next ? [promoted(next, Math.max(now, usableFrom(next, lead)))] : []
  const makes = next ? [] : [now + lead + JWKS_MAX_AGE]
  return planUpkeep(keys, { steps, makes }, policy, now)
}

/** The changes due without a request: a rotation by age or by algorithm, and the general upkeep. */
export function planDue(keys: SigningKey[], policy: KeyPolicy, now: Seconds): KeyPlan {
  const isDue = isRotationDue(keys, policy, now)
  return isDue ? planRotation(keys, policy, now) : planUpkeep(keys, NOTHING, policy, now)
}

function isRotationDue(keys: SigningKey[], policy: KeyPolicy, now: Seconds): boolean {
  const { algorithm, age, lead } = policy
  const [active, next] = [activeKey(keys, algorithm, now), standbyOf(keys, algorithm, now)]
  if (!active || !next || promotedKey(keys, algorithm, now)) return false
  // Not before it has been published for the lead time: until then the configuration may be changed
  // back.
  if (active.algorithm !== algorithm) return now >= usableFrom(next, lead)
  return now >= active.activatesAt + age
}

/** The key of the algorithm that is promoted and waits for its time to sign. */
export function promotedKey(
  keys: SigningKey[],
  algorithm: Algorithm,
  now: Seconds,
): SigningKey | null {
  const isIt = (key: SigningKey) => key.algorithm === algorithm && isScheduled(key, now)
  return waiting(keys, now).find(isIt) ?? null
}

/**
 * Restores what must hold after every change of keys: one key signs; keys of other algorithms stop
 * once a key of the configured algorithm signs; and there is a standby.
 */
export function planUpkeep(
  keys: SigningKey[],
  { steps, makes }: KeyPlan,
  policy: KeyPolicy,
  now: Seconds,
): KeyPlan {
  const { algorithm } = policy
  let current = withSteps(keys, steps)
  const plan = { steps: [...steps], makes: [...makes] }
  if (!activeKey(current, algorithm, now)) {
    const heir = heirOf(current, policy, now)
    if (heir) plan.steps.push(promoted(heir, afterRevoked(heir, current, now)))
    else plan.makes.push(now)
    current = withSteps(keys, plan.steps)
  }
  const isOwn =
    plan.makes.includes(now) || activeKey(current, algorithm, now)?.algorithm === algorithm
  if (isOwn) plan.steps.push(...retirements(current, policy, now))
  if (!standbyOf(current, algorithm, now)) plan.makes.push(NEVER)
  return plan
}

/**
 * Not before a revoked key began: with a slow clock, the successor would count as its predecessor.
 */
function afterRevoked(heir: SigningKey, keys: SigningKey[], now: Seconds): Seconds {
  const begun = keys
    .filter(({ algorithm, activatesAt, revokedAt }) => {
      const hasSigned = revokedAt !== null && activatesAt < revokedAt
      return hasSigned && algorithm === heir.algorithm && activatesAt <= now + CLOCK_SKEW
    })
    .map(({ activatesAt }) => activatesAt)
  return Math.max(now, ...begun)
}

/**
 * Chooses the next key to sign when none is active. While another algorithm signs until every cache
 * has a key of the configured one, its own standby goes first, because caches have it; otherwise a
 * key of the configured algorithm, however young.
 */
function heirOf(keys: SigningKey[], { algorithm, lead }: KeyPolicy, now: Seconds) {
  const candidates = waiting(keys, now)
  const isOwn = (key: SigningKey) => key.algorithm === algorithm
  const usable = candidates.filter((key) => usableFrom(key, lead) <= now)
  const isUnderWay = !keys.some((key) => isOwn(key) && isOpen(key, now) && key.activatesAt <= now)
  const known = usable.find(isOwn) ?? (isUnderWay ? usable[0] : undefined)
  return known ?? candidates.find(isOwn) ?? null
}

/** The most keys that one change retires: each costs a statement, and the cron continues later. */
const RETIRED_AT_ONCE = 4

/**
 * Includes keys that are already over, so that none of them signs again; the newest is last. A key
 * that is only waiting is kept for as long as an instance with another configuration may still be
 * running beside this one, because it would create the key again.
 */
function retirements(keys: SigningKey[], { algorithm, lead }: KeyPolicy, now: Seconds): KeyStep[] {
  const isOver = (key: SigningKey) => key.activatesAt <= now || usableFrom(key, lead) <= now
  return keys
    .filter((key) => key.algorithm !== algorithm && isOpen(key, now) && isOver(key))
    .sort((a, b) => a.activatesAt - b.activatesAt)
    .slice(0, RETIRED_AT_ONCE)
    .map((before) => ({ action: 'retired', before, after: { ...before, retiresAt: now } }))
}

function isOpen({ revokedAt, retiresAt }: SigningKey, now: Seconds): boolean {
  return revokedAt === null && (retiresAt === null || retiresAt > now)
}

function withSteps(keys: SigningKey[], steps: KeyStep[]): SigningKey[] {
  return keys.map((key) => steps.findLast(({ before }) => before.kid === key.kid)?.after ?? key)
}
