import { type ListCopies, STATUS_LIST_TTL } from '../../domain/status-list.ts'

const MADE_AT = 'X-Made-At'
const SIGNED_BY = 'X-Signed-By'

/**
 * The signed lists that this location has, in the Cache API. It can be emptied at one location alone,
 * so nothing here is taken back: a copy goes by its time. Where there is no cache, or it fails, each
 * request makes its list.
 */
export function cachedLists(): ListCopies {
  return {
    async get(uri, now) {
      const found = await tried((cache) => cache.match(uri))
      if (!found) return null
      const age = now - Number(found.headers.get(MADE_AT))
      if (!(age >= 0 && age < STATUS_LIST_TTL)) return null
      // A copy of an earlier version says nothing of its key.
      const kid = found.headers.get(SIGNED_BY) ?? ''
      return { text: await found.text(), kid, keptFor: STATUS_LIST_TTL - age }
    },
    async put(uri, { text, kid }, now) {
      const cacheControl = `public, max-age=${STATUS_LIST_TTL}`
      const headers = { 'Cache-Control': cacheControl, [MADE_AT]: String(now), [SIGNED_BY]: kid }
      await tried((cache) => cache.put(uri, new Response(text, { headers })))
    },
  }
}

async function tried<T>(ask: (cache: Cache) => Promise<T>): Promise<T | undefined> {
  if (typeof caches === 'undefined') return undefined
  try {
    return await ask(caches.default)
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}
