import { base64url, compactVerify, errors, type JWTPayload } from 'jose'
import { inflated } from '../platform/deflate.ts'
import { bytesOf } from '../platform/read-body.ts'
import { verificationKey } from './keys.ts'
import type { GuardSettings } from './options.ts'

/** `fetchedAt` and `exp` in seconds since 1970. */
export type StatusList = {
  bits: number
  bytes: Uint8Array
  ttl: number
  exp: number
  fetchedAt: number
}

const TIMEOUT_MS = 5000

/** A list that says nothing of it is kept for so many seconds, and none for longer than an hour. */
const TTL_DEFAULT = 30
const TTL_MAX = 3600

/** The longest list once it is inflated: 2^20 entries of eight bits. */
const BYTES_MAX = 2 ** 20

/** The longest answer: such a list that nothing compresses, in base64url twice, and what is around it. */
const ANSWER_BYTES_MAX = 2 * BYTES_MAX

/**
 * A status list that its issuer signed (draft-ietf-oauth-status-list-21 §8.3).
 * @throws Error if none comes that is to be believed
 */
export async function fetchStatusList(
  uri: string,
  settings: GuardSettings,
  now: number,
): Promise<StatusList> {
  const {
    status_list: list,
    ttl,
    ...claims
  } = await verified(await textAt(uri, settings), settings)
  const { bits, lst } = (list ?? {}) as { bits?: unknown; lst?: unknown }
  if (claims.sub !== uri) throw new Error('The list is not the one that was asked for.')
  if (typeof claims.exp !== 'number' || claims.exp <= now) throw new Error('The list has expired.')
  if (typeof bits !== 'number' || ![1, 2, 4, 8].includes(bits) || typeof lst !== 'string') {
    throw new Error('It is not a status list.')
  }
  const bytes = await inflated(new Uint8Array(base64url.decode(lst)), BYTES_MAX)
  return { bits, bytes, ttl: readTtl(ttl), exp: claims.exp, fetchedAt: now }
}

function readTtl(ttl: unknown): number {
  return typeof ttl === 'number' && ttl > 0 ? Math.min(ttl, TTL_MAX) : TTL_DEFAULT
}

async function textAt(uri: string, { fetcher }: GuardSettings): Promise<string> {
  const response = await fetcher.fetch(uri, {
    headers: { Accept: 'application/statuslist+jwt' },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (response.status === 200) {
    return new TextDecoder().decode(await bytesOf(response, ANSWER_BYTES_MAX))
  }
  await response.body?.cancel()
  throw new Error(`The list was answered with status ${response.status}.`)
}

async function verified(
  text: string,
  { issuer, fetcher, now }: GuardSettings,
): Promise<JWTPayload> {
  const { payload, protectedHeader } = await compactVerify(text, async ({ alg, kid }) => {
    const found = kid === undefined ? null : await verificationKey(issuer, kid, fetcher, now())
    // The key says which algorithm it is for; the list's header does not.
    if (!found || found.algorithm !== alg) throw new errors.JWKSNoMatchingKey()
    return found.key
  })
  if (protectedHeader.typ !== 'statuslist+jwt') throw new Error('It is not a status list.')
  return JSON.parse(new TextDecoder().decode(payload)) as JWTPayload
}
