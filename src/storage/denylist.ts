import { DENYLIST_TTL, denylistKey } from '../domain/denylist.ts'
import type { Denylist } from '../domain/ports.ts'
import { answered } from './answered.ts'

/** Written whole, never patched and never deleted: it ends by itself when nothing is left to refuse. */
export function kvDenylist(kv: KVNamespace): Denylist {
  return {
    async write(clientId, entry) {
      const options = { expirationTtl: DENYLIST_TTL }
      const value = JSON.stringify(entry)
      await answered('kv', () => kv.put(denylistKey(clientId), value, options))
    },
  }
}
