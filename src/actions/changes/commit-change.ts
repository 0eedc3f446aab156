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
import { touchedBy } from '../../domain/gate.ts'
import type { Seconds } from '../../domain/time.ts'
import { newId } from '../../domain/ids.ts'
import { type SettleDeps, settleGates } from './settle-gates.ts'

/**
 * Asks the database whether the principal still has the right.
 * @throws Refusal if they lost it since the request arrived
 */
export type ConfirmRight = () => Promise<void>

/** The principal and the request behind a change. */
export type AdminRequest = {
  principal: Principal
  requestId: string
  confirmRight: ConfirmRight
  /** Present on requests that may be sent again but must be carried out once. */
  idempotency?: IdempotencyKey | undefined
}

/** The outcome of deciding on a change: nothing to do, or events and their writes. */
export type Decision<T> = {
  result: T
  events: EventDraft[]
  writes: Write[]
  /** Clients of which the answer says what may have been done by an earlier request. */
  speaksOf?: string[]
  /**
   * The resource that an idempotency key refers to from now on, unless it is the first event's
   * target; also where there was nothing to do.
   */
  made?: EventDraft['target']
}

export type Decide<T> = (now: Seconds) => Promise<Decision<T>>

export type CommitDeps = Pick<Deps, 'ledger' | 'seals' | 'now' | 'random' | 'backOff'> & SettleDeps

/**
 * A decision without any change. `found`: the writes, not made, of a change that was found made: its
 * answer may have been lost, so this one settles what it touched. `made`: the resource that is as it
 * was to be.
 */
export function noChange<T>(
  result: T,
  found: Write[] = [],
  made?: EventDraft['target'],
): Decision<T> {
  return { result, events: [], writes: found, ...(made && { made }) }
}

/** The author of the server's own changes. */
export const SYSTEM = { actor: { type: 'system', id: 'portcullis' }, requestId: 'system' } as const

/** An event of the server itself, without a client as its subject. */
export function systemEvent(
  action: EventDraft['action'],
  target: EventDraft['target'],
): EventDraft {
  return { action, ...SYSTEM, clientId: null, target }
}

/**
 * For changes without a principal, and for those that confirm their caller's right while they
 * decide.
 */
export const NO_ONE_TO_ASK: { confirmRight: ConfirmRight } = { confirmRight: async () => {} }

const ATTEMPTS = 60

/**
 * After this many lost attempts a change takes a lease on the head, so that a flood of others
 * cannot delay it.
 */
const ATTEMPTS_BEFORE_LEASE = 3
const LEASE_ID_LENGTH = 16

/** For a change that gives way to those of administrators: a fleet of some forty may revoke at once. */
export const FEW_ATTEMPTS = 24

/**
 * Makes one change: reads, decides, and commits only if no other change was committed since the
 * read; otherwise it starts over. So everything that `decide` reads (a cap, a holder, a status)
 * still holds at the commit, and every change has its place in the audit log. The same is true of
 * the principal's right: every fact that grants a right changes through the ledger, too, so a
 * withdrawal comes either before or after.
 *
 * A change that keeps losing takes a lease. One with few `attempts` gives up instead: a client that
 * revokes its tokens by the thousand must not keep an administrator from suspending it.
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
    // Read the head first: everything read after it is at least as new.
    const head = await deps.ledger.head()
    await confirmRight()
    const now = deps.now()
    const decision = await decide(now)
    const { events, writes } = decision
    if (events.length === 0) return settled(deps, decision)
    const sealed = await sealAll(deps, head, events, now)
    if (await deps.ledger.commit(head, sealed, writes, leaseId)) return settled(deps, decision)
    await deps.backOff(attempt)
  }
  throw new Unavailable('changes', 'others came first each time')
}

/** Also where nothing was to be done: the answer to an earlier request may have been lost. */
function settled<T>(deps: CommitDeps, decision: Decision<T>): T {
  settleGates(deps, touchedBy(decision.writes, decision.speaksOf))
  return decision.result
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
    const event = { ...draft, eventId: newId('evt', deps.random), seq, at }
    seal = await deps.seals.seal(sealedText(event, seal))
    events.push({ ...event, seal })
  }
  return events
}

/** An event of this request, without a client as its subject. */
export function eventBy(
  { principal, requestId }: { principal: Actor; requestId: string },
  action: EventDraft['action'],
  target: EventDraft['target'],
): EventDraft {
  const actor = { type: principal.type, id: principal.id }
  return { action, actor, clientId: null, target, requestId }
}
