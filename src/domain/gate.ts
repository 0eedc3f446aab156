import type { Api, Role } from './api.ts'
import type { Client } from './client.ts'
import { isForeignId } from './foreign-client.ts'
import type { Write } from './ledger.ts'
import { tellableClientId } from './request-facts.ts'

/**
 * The clients about which something may be untrue that a gate remembers. `everybody`: more than can
 * be told one by one, or not known whom.
 */
export type Touched = ReadonlySet<string> | 'everybody'

/** The objects that remember facts of clients outside this process, one for each client. */
export interface Gates {
  /**
   * Has the gates forget. Resolves once none of them answers with what was true before the call; it
   * never fails, but may take as long as facts are remembered.
   */
  settle(touched: Touched): Promise<void>
  /** Tells these gates, and never fails: one that is not reached forgets by itself, after the lease. */
  tell(clientIds: ReadonlySet<string>): Promise<unknown>
  /** Whether a gate answers. */
  answers(): Promise<boolean>
}

/** More than this many clients are not told one by one: the change is waited out. */
const TOLD_AT_ONCE = 50

/** The clients that these writes touch, and those named besides. */
export function touchedBy(writes: Write[], besides: string[] = []): Touched {
  const ids = new Set(besides)
  for (const write of writes) {
    const some = touchedByOne(write)
    if (some === 'everybody') return some
    for (const id of some) ids.add(id)
  }
  return ids.size > TOLD_AT_ONCE ? 'everybody' : ids
}

const NONE: string[] = []

function touchedByOne(write: Write): string[] | 'everybody' {
  switch (write.kind) {
    case 'client':
      return [write.before, write.after].filter((one): one is Client => one !== null).map(idOf)
    case 'revoked_token':
      return [write.clientId]
    case 'holds':
      return write.holds.map(idOf)
    case 'role':
    case 'api':
      return isOfAccess(write) ? 'everybody' : NONE
    case 'issuer':
    case 'signing_key':
      // No credential names a new issuer yet, and a gate that lacks a key asks the database.
      return write.before === null ? NONE : 'everybody'
    case 'denylist':
    case 'event_stream':
    case 'administrator':
    case 'member':
    case 'sessions_ended':
    case 'seal_versions_kept':
    case 'session':
    case 'configured_administrators':
    case 'reminders_sent':
    case 'expiries_told':
    case 'idempotency_record':
      return NONE
  }
}

/**
 * Whether what clients may do differs from before. The same value before and after is a change that
 * an earlier request made. A new one has no holders yet.
 */
function isOfAccess({ before, after }: Write & { kind: 'role' | 'api' }): boolean {
  if (!before) return false
  return before === after || !after || accessOf(before) !== accessOf(after)
}

function accessOf(one: Role | Api): string {
  const audience = 'audience' in one ? one.audience : null
  const permissions = one.permissions.map((held) => ({ ...held, description: '' }))
  return JSON.stringify([audience, permissions])
}

const idOf = ({ clientId }: { clientId: string }) => clientId

/** Whether a client may have this id; any other makes no object. */
export function mayBeClientId(id: string): boolean {
  return tellableClientId(id) !== undefined || isForeignId(id)
}
