/** KV keeps what a location has read, and that there was nothing, for as long as this or `cacheTtl`. */
export const LOCATION_CACHE = 60

const CACHE_TTL_LEAST = 30
const KEYS_A_PAGE = 1000
const KEYS_A_READ = 100

type Stored = { text: string; metadata: unknown; writtenAt: number; expiresAt: number }
type Cached = { text: string | null; until: number }

type GetOptions = 'text' | 'json' | { type?: 'text' | 'json'; cacheTtl?: number }
type PutOptions = { expirationTtl?: number; metadata?: unknown }
type ListOptions = { prefix?: string; cursor?: string | null; limit?: number }
type Listed = {
  keys: { name: string; metadata?: unknown }[]
  list_complete: boolean
  cursor?: string
}

/** The part of KV that the server and the guard use, as one location sees it. */
export type LocationKv = {
  get(key: string, options?: GetOptions): Promise<unknown>
  get(keys: string[], options?: GetOptions): Promise<Map<string, unknown>>
  put(key: string, value: string, options?: PutOptions): Promise<void>
  delete(key: string): Promise<void>
  /** Reads the central store. */
  list(options?: ListOptions): Promise<Listed>
  /** The stored value, past every location's cache, for a test to look at. */
  stored(key: string): string | null
  /** All that is stored, as one text. */
  dump(): string
}

export type KvBehaviour = {
  /** For how long a location remembers a hit or a miss at least, in seconds; 0 for a KV that shows every write. */
  cache?: number
  /** Whether a second write to a key within a second is refused. */
  limitsWrites?: boolean
}

/**
 * KV as it is in production: a write goes to the central store, and a location that has looked a key
 * up goes on answering what it found, a miss too, until its cache ends. A second write to a key within
 * a second is refused. `now` is in seconds.
 */
export function laggingKv(
  now: () => number,
  locations = 3,
  behaviour: KvBehaviour = {},
): LocationKv[] {
  const central = new Map<string, Stored>()
  return Array.from({ length: locations }, () => locationOf(central, now, behaviour))
}

function locationOf(
  central: Map<string, Stored>,
  now: () => number,
  { cache = LOCATION_CACHE, limitsWrites = true }: KvBehaviour,
): LocationKv {
  const cached = new Map<string, Cached>()

  function look(key: string, cacheTtl: number): string | null {
    const known = cached.get(key)
    if (known && now() < known.until) return known.text
    const stored = central.get(key)
    const text = stored && now() < stored.expiresAt ? stored.text : null
    if (cache > 0) cached.set(key, { text, until: now() + Math.max(cache, cacheTtl) })
    return text
  }

  function read(key: string, { type, cacheTtl }: Required<Exclude<GetOptions, string>>): unknown {
    const text = look(key, cacheTtl)
    return type === 'json' && text !== null ? JSON.parse(text) : text
  }

  function get(key: string, options?: GetOptions): Promise<unknown>
  function get(keys: string[], options?: GetOptions): Promise<Map<string, unknown>>
  async function get(key: string | string[], options: GetOptions = 'text'): Promise<unknown> {
    const given = typeof options === 'string' ? { type: options } : options
    const how = { type: 'text' as const, cacheTtl: LOCATION_CACHE, ...given }
    if (how.cacheTtl < CACHE_TTL_LEAST) throw new Error('KV GET failed: 400 Invalid cache_ttl')
    if (typeof key === 'string') return read(key, how)
    if (key.length > KEYS_A_READ) throw new Error('KV GET_BULK failed: 400 too many keys')
    return new Map(key.map((one) => [one, read(one, how)]))
  }

  return {
    get,

    async put(key, value, { expirationTtl = Infinity, metadata } = {}) {
      const last = central.get(key)
      if (limitsWrites && last && now() - last.writtenAt < 1) {
        throw new Error('KV PUT failed: 429 Too Many Requests')
      }
      const expiresAt = now() + expirationTtl
      central.set(key, { text: value, metadata, writtenAt: now(), expiresAt })
    },

    async delete(key) {
      central.delete(key)
    },

    stored(key) {
      const stored = central.get(key)
      return stored && now() < stored.expiresAt ? stored.text : null
    },

    dump: () => JSON.stringify([...central]),

    async list({ prefix = '', cursor, limit = KEYS_A_PAGE } = {}) {
      const alive = [...central].filter(
        ([name, { expiresAt }]) => name.startsWith(prefix) && now() < expiresAt,
      )
      const names = alive.map(([name]) => name).sort()
      const from = names.findIndex((name) => name > (cursor ?? ''))
      const page = from === -1 ? [] : names.slice(from, from + limit)
      const last = page.at(-1)
      const keys = page.map((name) => {
        const metadata = central.get(name)?.metadata
        return metadata === undefined ? { name } : { name, metadata }
      })
      return last === undefined || last === names.at(-1)
        ? { keys, list_complete: true }
        : { keys, list_complete: false, cursor: last }
    },
  }
}
