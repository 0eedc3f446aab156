import type { Deps } from '../../domain/deps.ts'
import { Refusal, Unavailable } from '../../domain/errors.ts'
import {
  type ListCopy,
  packed,
  STATUS_BITS,
  STATUS_LIST_LIFETIME,
  STATUS_LIST_TTL,
  statusListUri,
} from '../../domain/status-list.ts'
import { activeKey } from '../../domain/signing-key.ts'
import type { Seconds } from '../../domain/time.ts'
import { base64urlOfBytes } from '../../platform/base64.ts'
import { deflated } from '../../platform/deflate.ts'
import { refuseWhileClosed, shut } from '../auth/active-token.ts'
import type { SigningKeyDeps } from '../keys/change-signing-keys.ts'
import { ensureSigningKey } from '../keys/ensure-signing-key.ts'
import { publishKeys } from '../keys/publish-keys.ts'

type StatusListDeps = SigningKeyDeps &
  Parameters<typeof publishKeys>[0] &
  Pick<Deps, 'closed' | 'listCopies' | 'signer' | 'statusListBase' | 'statusLists'>

/**
 * The signed list of this id (draft-ietf-oauth-status-list-21 §5.1): the copy that this location
 * made in the last seconds, or one of what the database says now. While no client gets in none is
 * made, so that no reader takes anything for valid once the copies are over.
 * @throws Refusal if there is no such list, Unavailable while the server is closed or shut
 */
export async function publishStatusList(deps: StatusListDeps, listId: string): Promise<ListCopy> {
  const base = baseOf(deps)
  const uri = statusListUri(base, listId)
  const now = deps.now()
  const copy = await deps.listCopies.get(uri, now)
  if (copy !== null && (await isStillPublished(deps, copy.kid))) return copy
  const clients = await deps.statusLists.clientsOf(listId)
  if (clients === undefined) throw noSuchList()
  if (clients === null) throw shut()
  const claims = {
    sub: uri,
    iat: now,
    exp: now + STATUS_LIST_LIFETIME,
    ttl: STATUS_LIST_TTL,
    status_list: {
      bits: STATUS_BITS,
      lst: base64urlOfBytes(await deflated(packed(clients))),
      aggregation_uri: base,
    },
  }
  const kid = await activeKid(deps, now)
  const list = { text: await deps.signer.signList(claims, kid), kid }
  await deps.listCopies.put(uri, list, now)
  return { ...list, keptFor: STATUS_LIST_TTL }
}

/** The URIs of all lists (draft §9.3). */
export async function publishStatusLists(deps: StatusListDeps): Promise<string[]> {
  const base = baseOf(deps)
  const ids = await deps.statusLists.ids()
  if (ids === null) throw shut()
  return ids.map((listId) => statusListUri(base, listId))
}

/** @throws Refusal where the lists are off, Unavailable while the server is closed */
function baseOf(deps: StatusListDeps): string {
  if (deps.statusListBase === null) throw noSuchList()
  refuseWhileClosed(deps)
  return deps.statusListBase
}

function noSuchList(): Refusal {
  return new Refusal('not_found', 'There is no such status list.')
}

/**
 * Whether a reader that asks for the keys now finds this one: not after an emergency revocation. The
 * keys are remembered for some seconds. Where they cannot be read, the copy is as good as any.
 */
async function isStillPublished(deps: StatusListDeps, kid: string): Promise<boolean> {
  try {
    return (await publishKeys(deps)).some((key) => key.kid === kid)
  } catch (error) {
    if (error instanceof Unavailable) return true
    throw error
  }
}

/** The key by which tokens are signed now, made where there is none. */
async function activeKid(deps: StatusListDeps, now: Seconds): Promise<string> {
  const key = activeKey(await deps.signingKeys.all(), deps.algorithm, now)
  return key?.kid ?? ensureSigningKey(deps)
}
