import type { AuditAction, EventDraft } from '../../domain/audit.ts'
import { Unavailable } from '../../domain/errors.ts'
import { type KeyPlan, type KeyPolicy, type KeyStep } from '../../domain/key-plan.ts'
import type { Deps } from '../../domain/deps.ts'
import { NEVER, type SigningKey } from '../../domain/signing-key.ts'
import { isoTime, type Seconds } from '../../domain/time.ts'
import type { CommitDeps, Decision } from '../changes/commit-change.ts'

export type SigningKeyDeps = CommitDeps &
  Pick<
    Deps,
    | 'signingKeys'
    | 'signingKeyMaker'
    | 'keyMemory'
    | 'algorithm'
    | 'signingKeyAge'
    | 'signingKeyLead'
  >

export function keyPolicy(
  deps: Pick<Deps, 'algorithm' | 'signingKeyAge' | 'signingKeyLead'>,
): KeyPolicy {
  return { algorithm: deps.algorithm, age: deps.signingKeyAge, lead: deps.signingKeyLead }
}

type Made = Awaited<ReturnType<Deps['signingKeyMaker']['make']>>

/** Makes keys on the first call, and returns the same ones when a change has to start over. */
export function keysOnce(deps: Pick<Deps, 'signingKeyMaker' | 'algorithm'>) {
  const made: Made[] = []
  return async (times: Seconds[], createdAt: Seconds): Promise<SigningKey[]> => {
    while (made.length < times.length) made.push(await deps.signingKeyMaker.make(deps.algorithm))
    const dates = { createdAt, retiresAt: null, revokedAt: null }
    return times.map((activatesAt, nth) => {
      const key = made[nth] as Made
      return { ...key, algorithm: deps.algorithm, ...dates, activatesAt }
    })
  }
}

type EventOf = (action: AuditAction, target: EventDraft['target']) => EventDraft

/** Turns a plan and its new keys into a decision: an event and a write for each. */
export function decided<T>(
  result: T,
  { steps }: KeyPlan,
  made: SigningKey[],
  eventOf: EventOf,
): Decision<T> {
  const creations = made.map((key) => eventOf('signing_key.created', signingKeyTarget(key.kid)))
  return {
    result,
    events: [...creations, ...steps.map((step) => eventOfStep(step, eventOf))],
    writes: [
      ...made.map((after) => ({ kind: 'signing_key' as const, before: null, after })),
      ...steps.map(({ before, after }) => ({ kind: 'signing_key' as const, before, after })),
    ],
  }
}

function eventOfStep({ action, before, after, reason }: KeyStep, eventOf: EventOf): EventDraft {
  const event = eventOf(`signing_key.${action}`, signingKeyTarget(before.kid))
  if (action === 'promoted') {
    const changes = { activates_at: { from: dateOf(before), to: dateOf(after) } }
    return { ...event, changes }
  }
  return reason === undefined ? event : { ...event, reason }
}

function dateOf({ activatesAt }: SigningKey): string | null {
  return activatesAt === NEVER ? null : isoTime(activatesAt)
}

/** Continues without new keys if none can be made now: the cron makes them as soon as possible. */
export async function orNone(making: Promise<SigningKey[]>): Promise<SigningKey[]> {
  try {
    return await making
  } catch (error) {
    if (error instanceof Unavailable && error.what === 'signing_key') return []
    throw error
  }
}

/** The key that a plan schedules to sign, now or later. */
export function successorBy({ steps }: KeyPlan, made: SigningKey[]): SigningKey {
  const next = steps.find(({ action }) => action === 'promoted')?.after ?? made[0]
  if (!next) throw new Error('a plan without a key that signs')
  return next
}

export function isNothing({ steps, makes }: KeyPlan): boolean {
  return steps.length === 0 && makes.length === 0
}

export function signingKeyTarget(kid: string): EventDraft['target'] {
  return { type: 'signing_key', id: kid }
}
