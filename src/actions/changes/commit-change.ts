import {
  type Actor,
  type AuditEvent,
  type EventDraft,
  type LedgerHead,
  sealedText,
} from '../../domain/audit.ts'
import type { Principal } from '../../domain/authority.ts'
import { Unavailable } from '../../domain/errors.ts'
import type { IdempotencyKey } from '../../domain/idempotency.ts'
import type { Write } from '../../domain/ledger.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Seconds } from '../../domain/time.ts'

/**
 * Asks the database whether the principal may still do this.
 * @throws Refusal when they lost the right since the request came
 */
export type ConfirmRight = () => Promise<void>

/** Who asks for a change, and in which request. */
export type AdminRequest = {
  principal: Principal
  requestId: string
  confirmRight: ConfirmRight
  /** Of a request that may be sent again, and is to be carried out once. */
  idempotency?: IdempotencyKey | undefined
}

/** What a change comes to: nothing to do, or events with what they write. */
export type Decision<T> = {
  result: T
  events: EventDraft[]
  writes: Write[]
  /** The thing that an idempotency key stands for from now on, where the first event does not say it. */
  made?: EventDraft['target']
}

export type Decide<T> = (now: Seconds) => Promise<Decision<T>>

export type CommitDeps = Pick<Deps, 'ledger' | 'seals' | 'now' | 'random' | 'backOff'>

/** That there is nothing to do. */
export function noChange<T>(result: T): Decision<T> {
  return { result, events: [], writes: [] }
}

/** The author of what the server does by itself. */
export const SYSTEM = { actor: { type: 'system', id: 'portcullis' }, requestId: 'system' } as const

/** An event of which no client is the subject, as the server's own. */
export function systemEvent(
  action: EventDraft['action'],
  target: EventDraft['target'],
): EventDraft {
  return { action, ...SYSTEM, clientId: null, target }
}

/** For changes that nobody asked for, and those that confirm the right of their caller as they decide. */
export const NO_ONE_TO_ASK: { confirmRight: ConfirmRight } = { confirmRight: async () => {} }

const ATTEMPTS = 60

/** After so many lost attempts a change takes a lease on the head, so that no flood of others holds it off. */
const ATTEMPTS_BEFORE_LEASE = 3
const LEASE_ID_LENGTH = 16
const EVENT_ID_LENGTH = 22

/** Of a change that gives way to those of administrators. */
export const FEW_ATTEMPTS = 8

/**
 * Makes one change: looks, decides, and commits only if nothing was committed since it looked; else
 * it looks again. So whatever `decide` reads (a cap, a holder, a status) still holds at the commit,
 * and every change has its place in the audit log. So does the right of its principal: every fact that
 * gives one changes through the ledger too, and whatever took it away came first or comes after.
 *
 * A change that keeps losing takes a lease. One with few `attempts` takes none, and gives up: a client
 * that revokes its tokens by the thousand does not keep an administrator from suspending it.
 */
export async function commitChange<T>(
  deps: CommitDeps,
  { confirmRight }: { confirmRight: ConfirmRight },
  decide: Decide<T>,
  attempts: number = ATTEMPTS,
): Promise<T> {
  let leaseId: string | null = null
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt >= ATTEMPTS_BEFORE_LEASE && attempts > FEW_ATTEMPTS) {
      leaseId ??= deps.random(LEASE_ID_LENGTH)
      await deps.ledger.lease(leaseId)
    }
    // The head first: what is read after it is at least as new.
    const head = await deps.ledger.head()
    await confirmRight()
    const now = deps.now()
    const { result, events, writes } = await decide(now)
    if (events.length === 0) return result
    const sealed = await sealAll(deps, head, events, now)
    if (await deps.ledger.commit(head, sealed, writes, leaseId)) return result
    await deps.backOff(attempt)
  }
  throw new Unavailable('d1', 'too many changes at once')
}

async function sealAll(
  deps: CommitDeps,
  head: LedgerHead,
  drafts: EventDraft[],
  at: Seconds,
): Promise<AuditEvent[]> {
  const events: AuditEvent[] = []
  let { seq, seal } = head
  for (const draft of drafts) {
    seq += 1
    const event = { ...draft, eventId: `evt_${deps.random(EVENT_ID_LENGTH)}`, seq, at }
    seal = await deps.seals.seal(sealedText(event, seal))
    events.push({ ...event, seal })
  }
  return events
}

/** An event of which no client is the subject, as this request's. */
export function eventBy(
  { principal, requestId }: { principal: Actor; requestId: string },
  action: EventDraft['action'],
  target: EventDraft['target'],
): EventDraft {
  const actor = { type: principal.type, id: principal.id }
  return { action, actor, clientId: null, target, requestId }
}
