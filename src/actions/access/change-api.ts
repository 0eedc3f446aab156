import { requireVersion } from '../changes/require-version.ts'
import { type Api, textsOf } from '../../domain/api.ts'
import { differences } from '../../domain/audit.ts'
import { refuseChangeOfHeld } from '../../domain/authority.ts'
import { Refusal } from '../../domain/errors.ts'
import type { InUse } from '../../domain/in-use.ts'
import { INTROSPECT } from '../../domain/permission.ts'
import type { Deps } from '../../domain/deps.ts'
import { weightMax } from '../../domain/token-size.ts'
import { refuseUnseen } from '../../domain/unseen.ts'
import { type AdminRequest, type CommitDeps, eventBy, noChange } from '../changes/commit-change.ts'
import { commitOnce, type OnceDeps } from '../changes/make-once.ts'
import { type NewApi, refuseTakenAudience } from './create-api.ts'
import { refuseOverfull } from './fit-token.ts'
import { audienceInUse, inUse } from './refuse-in-use.ts'

export type ApiRequest = AdminRequest & {
  apiId: string
  expectedVersions?: number[] | undefined
  /** Whether the caller knows that clients use the audience, and wants another all the same. */
  isAudienceConfirmed?: boolean | undefined
}

export type ChangeApiDeps = CommitDeps & OnceDeps & Pick<Deps, 'apis' | 'issuer' | 'statusListBase'>

const FIELDS = { audience: 'audience', name: 'name', permissions: 'permissions' }

export async function findApi(deps: Pick<Deps, 'apis'>, apiId: string): Promise<Api> {
  const api = await deps.apis.find(apiId)
  if (!api) throw new Refusal('not_found', 'There is no such API.')
  return api
}

/**
 * Changes an API. A permission that a client or role holds cannot be removed before it is taken
 * from them.
 */
export function updateApi(
  deps: ChangeApiDeps,
  request: ApiRequest,
  input: Partial<NewApi>,
): Promise<Api> {
  return updateApiBy(deps, request, () => input)
}

/** The same by a decision on the API as it is read after the ledger's head. */
export function updateApiBy(
  deps: ChangeApiDeps,
  request: ApiRequest,
  decide: (api: Api) => Partial<NewApi>,
): Promise<Api> {
  return commitOnce(deps, request, async (now) => {
    const before = await changeableApi(deps, request)
    const after: Api = { ...before, ...decide(before), version: before.version + 1, updatedAt: now }
    refuseUnseen(textsOf(after), textsOf(before))
    const isMoved = after.audience !== before.audience
    if (isMoved) await refuseTakenAudience(deps, after.audience, before.apiId)
    await refuseRemovalInUse(deps, after)
    await refuseNewMeaning(deps, request, before, after)
    if (isMoved && !request.isAudienceConfirmed) await refuseAudienceInUse(deps, before)
    const changes = differences(before, after, FIELDS)
    const target = { type: 'api' as const, id: after.apiId }
    if (Object.keys(changes).length === 0)
      return noChange(before, [{ kind: 'api', before, after: before }], target)
    if (after.audience.length > before.audience.length) {
      const max = weightMax(deps)
      refuseOverfull(await deps.apis.overfullHolder(after.apiId, after.audience, max))
    }
    return {
      result: after,
      events: [{ ...eventBy(request, 'api.updated', target), changes }],
      writes: [{ kind: 'api', before, after }],
    }
  })
}

/** Deletes an API on which no client or role has a permission. */
export function deleteApi(deps: ChangeApiDeps, request: ApiRequest): Promise<void> {
  return commitOnce(deps, request, async () => {
    const before = await changeableApi(deps, request)
    const used = await deps.apis.permissionsInUse(before.apiId)
    if (used.length > 0) {
      throw inUse('a permission of this API', await deps.apis.inUse(before.apiId, used))
    }
    return {
      result: undefined,
      events: [eventBy(request, 'api.deleted', { type: 'api', id: before.apiId })],
      writes: [{ kind: 'api', before, after: null }],
    }
  })
}

async function changeableApi(deps: ChangeApiDeps, request: ApiRequest): Promise<Api> {
  const api = await findApi(deps, request.apiId)
  if (api.isOwn)
    throw new Refusal('conflict', 'This API is Portcullis itself: it cannot be changed or deleted.')
  requireVersion(api.version, request.expectedVersions)
  return api
}

/**
 * A different audience, or removing a permission, changes the meaning of the holders' tokens: a
 * machine must not do that to itself, nor to a client with rights here.
 */
async function refuseNewMeaning(
  deps: ChangeApiDeps,
  { principal }: ApiRequest,
  before: Api,
  after: Api,
): Promise<void> {
  const names = new Set(after.permissions.map((p) => p.permission))
  const keepsAll = before.permissions.every((p) => names.has(p.permission))
  if (principal.type !== 'client' || (keepsAll && after.audience === before.audience)) return
  refuseChangeOfHeld(principal, await deps.apis.holders(before.apiId, principal.id))
}

async function refuseRemovalInUse(deps: ChangeApiDeps, after: Api): Promise<void> {
  const kept = new Set([INTROSPECT, ...after.permissions.map((p) => p.permission)])
  const used = await deps.apis.permissionsInUse(after.apiId)
  const missed = used.filter((permission) => !kept.has(permission))
  if (missed.length === 0) return
  throw inUse(missed.join(', '), await deps.apis.inUse(after.apiId, missed))
}

/** Counts the clients and roles that have a permission of an API. */
export async function usersOf(deps: Pick<Deps, 'apis'>, apiId: string): Promise<InUse> {
  return deps.apis.inUse(apiId, await deps.apis.permissionsInUse(apiId))
}

async function refuseAudienceInUse(deps: ChangeApiDeps, { apiId, audience }: Api): Promise<void> {
  const by = await usersOf(deps, apiId)
  if (by.clients.count > 0) throw audienceInUse(audience, by)
}
