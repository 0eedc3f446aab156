import { isCount } from '../../domain/count.ts'
import {
  DENYLIST_PREFIX,
  DENYLIST_TTL,
  type DenylistEntry,
  denylistKey,
  readEntry,
  type Shown,
  type Denylist,
  type Glimpse,
} from '../../domain/denylist.ts'
import { answered } from '../answered.ts'

/** `revoked`: the number of revoked tokens. */
type Metadata = { version: number; suspended: boolean; generation: number; revoked: number }

// KV's minimum, so that a location's cached value is not much older than what it reads.
const CACHE_TTL = 30

// The maximum per operation.
const KEYS_MAX = 100

/**
 * An entry that lists as many tokens as it may has about 25,000 characters. Reading a longer value
 * costs more than it tells.
 */
const LENGTH_MAX = 1_048_576

/**
 * Written whole, never patched and never deleted: it expires by itself when nothing is left to
 * refuse.
 */
export function kvDenylist(kv: KVNamespace): Denylist {
  return {
    async write(clientId, entry) {
      const options = { expirationTtl: DENYLIST_TTL, metadata: metadataOf(entry) }
      const value = JSON.stringify(entry)
      await answered('kv', () => kv.put(denylistKey(clientId), value, options))
    },

    async readMany(clientIds) {
      const shown = new Map<string, Shown>()
      for (let at = 0; at < clientIds.length; at += KEYS_MAX) {
        const ids = clientIds.slice(at, at + KEYS_MAX)
        const keys = ids.map(denylistKey)
        const texts = await answered('kv', () => kv.get(keys, { cacheTtl: CACHE_TTL }))
        for (const id of ids) shown.set(id, toShown(texts.get(denylistKey(id)) ?? null))
      }
      return shown
    },

    async page(cursor) {
      const options = { prefix: DENYLIST_PREFIX, cursor }
      const page = await answered('kv', () => kv.list(options))
      const glimpses = new Map(
        page.keys.map(({ name, metadata }) => [
          name.slice(DENYLIST_PREFIX.length),
          toGlimpse(metadata),
        ]),
      )
      return { glimpses, next: page.list_complete ? null : page.cursor }
    },
  }
}

/**
 * Stored beside the value, so that a list of a thousand entries shows which clients must be
 * quarantined without reading each entry.
 */
function metadataOf({ version, suspended, generation, revoked }: DenylistEntry): Metadata {
  return { version, suspended, generation, revoked: revoked.length }
}

function toGlimpse(metadata: unknown): Glimpse {
  if (typeof metadata !== 'object' || metadata === null) return 'garbled'
  const { version, suspended, generation, revoked } = metadata as Partial<Metadata>
  if (!isCount(version)) return 'garbled'
  const isWhole = typeof suspended === 'boolean' && isCount(generation) && isCount(revoked)
  return { version, more: isWhole ? { suspended, generation, revoked } : null }
}

function toShown(text: string | null): Shown {
  if (text === null) return null
  if (text.length > LENGTH_MAX) return 'garbled'
  try {
    return readEntry(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError) return 'garbled'
    throw error
  }
}
