import { requireVersion } from '../changes/require-version.ts'
import { type Administrator, auditedChanges } from '../../domain/administrator.ts'
import type { EventDraft } from '../../domain/audit.ts'
import type { Principal } from '../../domain/authority.ts'
import { isMember, type Member } from '../../domain/member.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Seconds } from '../../domain/time.ts'
import { type AnchorChangeDeps, anchorInBackground } from '../audit/anchor-change.ts'
import { type AdminRequest, eventBy, noChange } from '../changes/commit-change.ts'
import { blocksOf } from './member-blocks.ts'
import {
  type AdministratorDeps,
  type AdministratorFields,
  addressOf,
  freeAddress,
  noteByHand,
} from './create-administrator.ts'
import { commitOnce, type OnceDeps } from '../changes/make-once.ts'

type ChangeDeps = AdministratorDeps & Pick<Deps, 'members'>

export type AdministratorRequest = AdminRequest & {
  administratorId: string
  expectedVersions?: number[] | undefined
}

export async function findAdministrator(
  deps: Pick<Deps, 'administrators' | 'members'>,
  administratorId: string,
): Promise<Administrator | Member> {
  const administrator =
    (await deps.administrators.find(administratorId)) ?? (await deps.members.find(administratorId))
  if (!administrator) throw new Refusal('not_found', 'There is no such administrator.')
  return administrator
}

/** Changes a person's address or access. */
export async function updateAdministrator(
  deps: ChangeDeps & OnceDeps & AnchorChangeDeps,
  request: AdministratorRequest,
  input: Partial<AdministratorFields>,
): Promise<Administrator> {
  const administrator = await commitOnce(deps, request, async (now) => {
    const before = await changeableAdministrator(deps, request)
    const after = await changed(deps, before, input, now)
    const changes = auditedChanges(before, after)
    const event = eventOf(request, 'administrator.updated')
    if (Object.keys(changes).length === 0) return noChange(before, [], event.target)
    if (after.access !== 'manage') await requireOtherManager(deps, request.principal, before)
    return {
      result: after,
      events: [{ ...event, changes }],
      writes: [
        { kind: 'administrator', before, after },
        ...noteByHand(deps, [before.email, after.email]),
      ],
    }
  })
  anchorInBackground(deps, request.administratorId)
  return administrator
}

/** Removes a person's access to Portcullis; everything they did here remains. */
export async function deleteAdministrator(
  deps: ChangeDeps & OnceDeps & AnchorChangeDeps & Pick<Deps, 'signInBy'>,
  request: AdministratorRequest,
): Promise<void> {
  await commitOnce(deps, request, async (now) => {
    const before = await changeableAdministrator(deps, request)
    await requireOtherManager(deps, request.principal, before)
    const event = eventOf(request, 'administrator.deleted')
    return {
      result: undefined,
      events: [{ ...event, changes: auditedChanges(before, null) }],
      writes: [
        { kind: 'administrator', before, after: null },
        ...noteByHand(deps, [before.email]),
        ...(await blocksOf(deps, before, now)),
      ],
    }
  })
  anchorInBackground(deps, request.administratorId)
}

const BY_GROUP =
  'This person has access by a group of the identity provider: block them here, or remove them from the group there.'

async function changeableAdministrator(
  deps: ChangeDeps,
  request: AdministratorRequest,
): Promise<Administrator> {
  const administrator = await findAdministrator(deps, request.administratorId)
  requireVersion(administrator.version, request.expectedVersions)
  if (isMember(administrator)) throw new Refusal('conflict', BY_GROUP)
  return administrator
}

async function changed(
  deps: AdministratorDeps,
  before: Administrator,
  input: Partial<AdministratorFields>,
  now: Seconds,
): Promise<Administrator> {
  const sent = input.email === undefined ? before.email : addressOf(input.email)
  const email = sent === before.email ? sent : await freeAddress(deps, sent)
  const access = input.access ?? before.access
  return { ...before, email, access, updatedAt: now, version: before.version + 1 }
}

/**
 * A person must not leave Portcullis without a manager; the holder of the bootstrap token cannot be
 * locked out.
 */
async function requireOtherManager(
  deps: Pick<Deps, 'administrators'>,
  principal: Principal,
  { administratorId, access }: Administrator,
): Promise<void> {
  if (principal.type !== 'administrator' || access !== 'manage') return
  const managers = await deps.administrators.managers(2)
  if (managers.some((manager) => manager.administratorId !== administratorId)) return
  throw new Refusal(
    'conflict',
    'This is the last administrator with manage access: give it to another one first.',
  )
}

function eventOf(request: AdministratorRequest, action: EventDraft['action']): EventDraft {
  return eventBy(request, action, { type: 'administrator', id: request.administratorId })
}
