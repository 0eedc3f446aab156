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

/** `revoked`: how many. */
type Metadata = { version: number; suspended: boolean; generation: number; revoked: number }

// KV's least, so that what a location remembers is not much older than what it reads.
const CACHE_TTL = 30

// Of one operation.
const KEYS_MAX = 100

/** Of an entry with all that it may list there are some 25,000. What is longer than this costs more than it tells. */
const LENGTH_MAX = 1_048_576

/** Written whole, never patched and never deleted: it ends by itself when nothing is left to refuse. */
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

/** Beside the value, so that a list of a thousand entries says who must be held without reading each. */
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
