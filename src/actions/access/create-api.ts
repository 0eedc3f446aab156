import type { Api } from '../../domain/api.ts'
import { spellingsOf } from '../../domain/audience.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Seconds } from '../../domain/time.ts'
import { newId } from '../../domain/ids.ts'
import { type AdminRequest, type CommitDeps, eventBy } from '../changes/commit-change.ts'
import { commitOnce, type OnceDeps } from '../changes/make-once.ts'

export type NewApi = Pick<Api, 'audience' | 'name' | 'permissions'>

type CreateApiDeps = CommitDeps & OnceDeps & Pick<Deps, 'apis' | 'issuer'>

/** Registers an API with the permissions that it understands. */
export function createApi(deps: CreateApiDeps, request: AdminRequest, input: NewApi): Promise<Api> {
  return commitOnce(deps, request, async (now) => {
    await refuseTakenAudience(deps, input.audience)
    const api = newApi(newId('api', deps.random), input, now)
    return {
      result: api,
      events: [eventBy(request, 'api.created', { type: 'api', id: api.apiId })],
      writes: [{ kind: 'api', before: null, after: api }],
    }
  })
}

export async function refuseTakenAudience(
  deps: Pick<Deps, 'apis' | 'issuer'>,
  audience: string,
  itself?: string,
): Promise<void> {
  const spellings = spellingsOf(audience)
  const others = await deps.apis.findByAudiences(spellings)
  const isTaken = others.some(({ apiId }) => apiId !== itself)
  if (!isTaken && !spellings.includes(deps.issuer)) return
  throw new Refusal('conflict', 'There is already an API with this audience.')
}

function newApi(apiId: string, input: NewApi, now: Seconds): Api {
  return { ...input, apiId, createdAt: now, updatedAt: now, version: 1, isOwn: false }
}
