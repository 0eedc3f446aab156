import { type AuditEvent, type EventDraft, type LedgerHead, sealedText } from '../domain/audit.ts'
import type { Principal } from '../domain/authority.ts'
import { Unavailable } from '../domain/errors.ts'
import type { Write } from '../domain/ledger.ts'
import type { Deps } from '../domain/ports.ts'
import type { Seconds } from '../domain/time.ts'

/** Who asks for a change, and in which request. */
export type AdminRequest = { principal: Principal; requestId: string }

/** What a change comes to: nothing to do, or events with what they write. */
export type Decision<T> = { result: T; events: EventDraft[]; writes: Write[] }

export type CommitDeps = Pick<Deps, 'ledger' | 'seals' | 'now' | 'random' | 'backOff'>

const ATTEMPTS = 60
const EVENT_ID_LENGTH = 22

/**
 * Makes one change: looks, decides, and commits only if nothing was committed since it looked; else
 * it looks again. So whatever `decide` reads (a cap, a holder, a status) still holds at the commit,
 * and every change has its place in the audit log.
 */
export async function commitChange<T>(
  deps: CommitDeps,
  decide: (now: Seconds) => Promise<Decision<T>>,
): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // The head first: what is read after it is at least as new.
    const head = await deps.ledger.head()
    const now = deps.now()
    const { result, events, writes } = await decide(now)
    if (events.length === 0) return result
    if (await deps.ledger.commit(head, await sealAll(deps, head, events, now), writes))
      return result
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
