import { isRecent } from '../domain/time.ts'
import type { TokenClaims } from '../domain/token.ts'
import { sharedFetch } from '../outbound/shared-fetch.ts'
import { fetchStatusList, type StatusList } from './fetch-status-list.ts'
import type { GuardSettings } from './options.ts'
import { Refused } from './refused.ts'

/** A list is fetched no more often than this while its server is down. */
const COOLDOWN = 5

/** Each list as it was last seen: one request fetches for all. */
const listOf = sharedFetch<StatusList>({ maxAge: ({ ttl }) => ttl, cooldown: () => COOLDOWN })

/**
 * Whether the status list that the token names lets it pass (draft-ietf-oauth-status-list-21 §8.3):
 * a copy that the server lets a reader keep, or none. One that cannot be renewed counts as the server
 * being out of reach.
 */
export async function askList(claims: TokenClaims, settings: GuardSettings): Promise<boolean> {
  const { uri, idx } = placeIn(claims, settings.issuer)
  const now = settings.now()
  const { value, problem } = await listOf(uri, now, () => fetchStatusList(uri, settings, now))
  if (!value || !isGood(value, problem !== null, settings)) {
    throw new Refused('unreachable', 'The status list cannot be fetched.')
  }
  return statusAt(value, idx) === 0
}

type Place = { uri: string; idx: number }

/** A list beside the issuer's own endpoints: a token leads nowhere else. */
function placeIn({ status }: TokenClaims, issuer: string): Place {
  const { uri, idx } = (status?.status_list ?? {}) as Partial<Place>
  const isBelow = typeof uri === 'string' && uri.startsWith(`${issuer}/`) && !uri.includes('..')
  if (isBelow && Number.isInteger(idx)) return { uri, idx: Number(idx) }
  throw new Refused('invalid_token', 'The access token has no place in a status list.')
}

function isGood(list: StatusList, isOutdated: boolean, { allowFor, now }: GuardSettings): boolean {
  if (list.exp <= now()) return false
  return !isOutdated || isRecent(list.fetchedAt, allowFor, now())
}

/** The value at an index (§4.1): the first in the least significant bits. Null where the list has none. */
function statusAt({ bits, bytes }: StatusList, index: number): number | null {
  const at = index * bits
  const byte = bytes[Math.floor(at / 8)]
  return byte === undefined ? null : (byte >> (at % 8)) & (2 ** bits - 1)
}
