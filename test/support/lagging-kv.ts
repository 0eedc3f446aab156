/** KV keeps what a location has read, and that there was nothing, for as long as this or `cacheTtl`. */
export const LOCATION_CACHE = 60

const CACHE_TTL_LEAST = 30

type Stored = { text: string; writtenAt: number; expiresAt: number }
type Cached = { text: string | null; until: number }

type GetOptions = 'text' | 'json' | { type?: 'text' | 'json'; cacheTtl?: number }

/** The part of KV that the server writes and the guard reads, as one location sees it. */
export type LocationKv = {
  get(key: string, options?: GetOptions): Promise<unknown>
  put(key: string, value: string, options?: { expirationTtl?: number }): Promise<void>
}

/**
 * KV as it is in production: a write goes to the central store, and a location that has looked a key
 * up goes on answering what it found, a miss too, until its cache ends. A second write to a key within
 * a second is refused. `now` is in seconds.
 */
export function laggingKv(now: () => number, locations = 3): LocationKv[] {
  const central = new Map<string, Stored>()
  return Array.from({ length: locations }, () => locationOf(central, now))
}

function locationOf(central: Map<string, Stored>, now: () => number): LocationKv {
  const cache = new Map<string, Cached>()
  function look(key: string, cacheTtl: number): string | null {
    const cached = cache.get(key)
    if (cached && now() < cached.until) return cached.text
    const stored = central.get(key)
    const text = stored && now() < stored.expiresAt ? stored.text : null
    cache.set(key, { text, until: now() + Math.max(LOCATION_CACHE, cacheTtl) })
    return text
  }
  return {
    async get(key, options = 'text') {
      const { type = 'text', cacheTtl = LOCATION_CACHE } =
        typeof options === 'string' ? { type: options } : options
      if (cacheTtl < CACHE_TTL_LEAST) throw new Error('KV GET failed: 400 Invalid cache_ttl')
      const text = look(key, cacheTtl)
      return type === 'json' && text !== null ? JSON.parse(text) : text
    },
    async put(key, value, { expirationTtl = Infinity } = {}) {
      const last = central.get(key)
      if (last && now() - last.writtenAt < 1) {
        throw new Error('KV PUT failed: 429 Too Many Requests')
      }
      central.set(key, { text: value, writtenAt: now(), expiresAt: now() + expirationTtl })
    },
  }
}
