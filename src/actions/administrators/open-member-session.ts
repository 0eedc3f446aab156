import { auditedChanges } from '../../domain/administrator.ts'
import type { EventDraft } from '../../domain/audit.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Granted } from '../../domain/group-access.ts'
import { isBlocked, type Member, type ProvenPerson } from '../../domain/member.ts'
import type { Session } from '../../domain/session.ts'
import { HOUR, type Seconds } from '../../domain/time.ts'
import { newId } from '../../domain/ids.ts'
import {
  type CommitDeps,
  commitChange,
  eventBy,
  NO_ONE_TO_ASK,
  systemEvent,
} from '../changes/commit-change.ts'
import { newAdministrator } from './create-administrator.ts'

/**
 * Shorter than that of an administrator in the list: a group that was taken away at the provider is
 * noticed at the next sign-in.
 */
const MEMBER_SESSION_LIFETIME: Seconds = HOUR

type Entry = { person: ProvenPerson; granted: Granted; requestId: string }

/**
 * Opens a session for a person whom a group lets in, and keeps who that is: for the names of the
 * audit log, and to be blocked by.
 */
export function openMemberSession(
  deps: CommitDeps & Pick<Deps, 'administrators' | 'members'>,
  { person, granted, requestId }: Entry,
): Promise<{ session: Session; member: Member }> {
  const sessionId = newId('session', deps.random)
  return commitChange(deps, NO_ONE_TO_ASK, async (now) => {
    const known = await requireWelcome(deps, person)
    const before = known.find((one) => isThe(person, one)) ?? null
    const member = memberFrom(deps, before, person, granted, now)
    const { administratorId } = member
    const expiresAt = now + MEMBER_SESSION_LIFETIME
    const session = { sessionId, administratorId, createdAt: now, expiresAt, endedAt: null }
    const who = { principal: { type: 'administrator', id: administratorId } as const, requestId }
    const opened = eventBy(who, 'session.created', { type: 'session', id: sessionId })
    const changes = {
      access: { from: null, to: granted.access },
      by_group: { from: null, to: granted.value },
    }
    return {
      result: { session, member },
      events: [...memberEvents(before, member), { ...opened, changes }],
      writes: [
        ...(before === member ? [] : [{ kind: 'member' as const, before, after: member }]),
        { kind: 'session', before: null, after: session },
      ],
    }
  })
}

/** Asks again after the head was read: a block that came before the sign-in counts. */
async function requireWelcome(
  deps: Pick<Deps, 'administrators' | 'members'>,
  person: ProvenPerson,
): Promise<Member[]> {
  if (await deps.administrators.findByEmail(person.email)) {
    throw new Refusal('forbidden', 'You have just been added as an administrator: sign in again.')
  }
  const known = await deps.members.like(person)
  if (!isBlocked(known)) return known
  throw new Refusal('forbidden', 'An administrator has blocked you here.')
}

function isThe({ issuer, subject }: ProvenPerson, one: Member): boolean {
  return one.issuer === issuer && one.subject === subject
}

/** The person as they are now: the same row if nothing changed. */
function memberFrom(
  deps: Pick<Deps, 'random'>,
  before: Member | null,
  { email, issuer, subject }: ProvenPerson,
  { access }: Granted,
  now: Seconds,
): Member {
  if (!before) {
    return { ...newAdministrator(deps, { email, access }, now), issuer, subject, blockedAt: null }
  }
  if (before.email === email && before.access === access) return before
  return { ...before, email, access, updatedAt: now, version: before.version + 1 }
}

function memberEvents(before: Member | null, after: Member): EventDraft[] {
  if (before === after) return []
  const target = { type: 'administrator' as const, id: after.administratorId }
  const action = before ? 'administrator.updated' : 'administrator.created'
  return [{ ...systemEvent(action, target), changes: auditedChanges(before, after) }]
}
