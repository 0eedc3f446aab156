import {
  DENYLIST_PREFIX,
  DENYLIST_TTL,
  type DenylistEntry,
  denylistKey,
} from '../domain/denylist.ts'
import type { Denylist } from '../domain/denylist-ports.ts'
import { answered } from './answered.ts'

type Metadata = { version: number }

/** Written whole, never patched and never deleted: it ends by itself when nothing is left to refuse. */
export function kvDenylist(kv: KVNamespace): Denylist {
  return {
    async write(clientId, entry) {
      // The version beside the value too: a list of many entries shows it without reading each.
      const metadata: Metadata = { version: entry.version }
      const options = { expirationTtl: DENYLIST_TTL, metadata }
      const value = JSON.stringify(entry)
      await answered('kv', () => kv.put(denylistKey(clientId), value, options))
    },

    async readMany(clientIds) {
      if (clientIds.length === 0) return new Map()
      const texts = await answered('kv', () => kv.get(clientIds.map(denylistKey)))
      return new Map(clientIds.map((id) => [id, toEntry(texts.get(denylistKey(id)) ?? null)]))
    },

    async versions(cursor) {
      const options = { prefix: DENYLIST_PREFIX, cursor }
      const page = await answered('kv', () => kv.list<Metadata>(options))
      const versions = new Map(
        page.keys.map(({ name, metadata }) => [
          name.slice(DENYLIST_PREFIX.length),
          metadata?.version ?? 0,
        ]),
      )
      return { versions, next: page.list_complete ? null : page.cursor }
    },
  }
}

/** Of what is garbled nothing is known: it is written anew. */
function toEntry(text: string | null): DenylistEntry | null {
  if (text === null) return null
  try {
    const entry: unknown = JSON.parse(text)
    return isEntry(entry) ? entry : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function isEntry(value: unknown): value is DenylistEntry {
  const { version, suspended, generation, revoked } = (value ?? {}) as Partial<DenylistEntry>
  return (
    Number.isSafeInteger(version) &&
    typeof suspended === 'boolean' &&
    Number.isSafeInteger(generation) &&
    Array.isArray(revoked) &&
    revoked.every((jti) => typeof jti === 'string')
  )
}
