import type { Deps } from '../../domain/deps.ts'
import { Refusal } from '../../domain/errors.ts'
import { isMember, type Member } from '../../domain/member.ts'
import { type AnchorChangeDeps, anchorInBackground } from '../audit/anchor-change.ts'
import { eventBy, noChange } from '../changes/commit-change.ts'
import { commitOnce, type OnceDeps } from '../changes/make-once.ts'
import { requireVersion } from '../changes/require-version.ts'
import { type AdministratorRequest, findAdministrator } from './change-administrator.ts'
import type { AdministratorDeps } from './create-administrator.ts'
import { withBlock } from './member-blocks.ts'

type MemberDeps = AdministratorDeps & Pick<Deps, 'members'>

/**
 * Blocks a person whom a group lets in, or no longer: their sessions are over with the next request,
 * and with what is on its way.
 */
export async function blockMember(
  deps: MemberDeps & OnceDeps & AnchorChangeDeps,
  request: AdministratorRequest,
  blocked: boolean,
): Promise<Member> {
  const { administratorId: id, principal } = request
  const member = await commitOnce(deps, request, async (now) => {
    const before = await memberOf(deps, request)
    if (principal.id === id) throw new Refusal('conflict', 'You cannot block yourself.')
    const event = eventBy(request, 'administrator.updated', { type: 'administrator', id })
    if ((before.blockedAt !== null) === blocked) return noChange(before, [], event.target)
    const after = withBlock(before, blocked, now)
    const changes = { blocked: { from: !blocked, to: blocked } }
    // An address that was blocked by itself has no person behind it.
    const kept = after.subject === null && !blocked ? null : after
    return {
      result: after,
      events: [{ ...event, changes }],
      writes: [{ kind: 'member', before, after: kept }],
    }
  })
  anchorInBackground(deps, id)
  return member
}

async function memberOf(deps: MemberDeps, request: AdministratorRequest): Promise<Member> {
  const found = await findAdministrator(deps, request.administratorId)
  requireVersion(found.version, request.expectedVersions)
  if (isMember(found)) return found
  throw new Refusal(
    'conflict',
    'This person is in the list of administrators: remove them instead.',
  )
}
