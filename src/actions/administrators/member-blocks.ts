import type { Administrator } from '../../domain/administrator.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Write } from '../../domain/ledger.ts'
import type { Member } from '../../domain/member.ts'
import type { Seconds } from '../../domain/time.ts'
import { newAdministrator } from './create-administrator.ts'

export function withBlock(before: Member, blocked: boolean, now: Seconds): Member {
  const blockedAt = blocked ? now : null
  return { ...before, blockedAt, updatedAt: now, version: before.version + 1 }
}

/**
 * Blocks a person who is removed from the list: no group lets them in again, or the removal would
 * last until their next sign-in.
 */
export async function blocksOf(
  deps: Pick<Deps, 'members' | 'signInBy' | 'random'>,
  { email, access }: Administrator,
  now: Seconds,
): Promise<Write[]> {
  if (!deps.signInBy.groups) return []
  const known = await deps.members.findByEmail(email)
  const open = known.filter(({ blockedAt }) => blockedAt === null)
  const writes = open.map((before) => ({
    kind: 'member' as const,
    before,
    after: withBlock(before, true, now),
  }))
  if (known.length > 0) return writes
  const stranger = { issuer: '', subject: null, blockedAt: now }
  const after = { ...newAdministrator(deps, { email, access }, now), ...stranger }
  return [{ kind: 'member', before: null, after }]
}
