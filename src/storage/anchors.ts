import type { Anchor, Anchors } from '../domain/upkeep-ports.ts'
import { DAY, isoTime } from '../domain/time.ts'
import { answered } from './answered.ts'

const PREFIX = 'anchor:'
const LATEST = `${PREFIX}latest`
const KEPT_DAYS = 400

/**
 * Where the audit log ended, in KV: outside of the database, so that a log that was cut short or
 * taken back there is found here. The newest, and the first of each day.
 */
export function kvAnchors(kv: KVNamespace): Anchors {
  return {
    latest: () => answered('kv', () => kv.get<Anchor>(LATEST, 'json')),

    async all() {
      const options = { prefix: PREFIX, limit: KEPT_DAYS + 1 }
      const { keys } = await answered('kv', () => kv.list<Anchor>(options))
      const anchors = keys.flatMap(({ name: key, metadata }) =>
        metadata ? [{ ...metadata, key }] : [],
      )
      return anchors.sort((a, b) => b.at - a.at || b.seq - a.seq)
    },

    async keep(anchor, before) {
      const text = JSON.stringify(anchor)
      await answered('kv', () => kv.put(LATEST, text, { metadata: anchor }))
      if (before && dayOf(before) === dayOf(anchor)) return
      const kept = { metadata: anchor, expirationTtl: KEPT_DAYS * DAY }
      await answered('kv', () => kv.put(PREFIX + dayOf(anchor), text, kept))
    },

    async drop(keys) {
      for (const key of keys) await answered('kv', () => kv.delete(key))
    },
  }
}

function dayOf(anchor: Anchor): string {
  return isoTime(anchor.at).slice(0, 10)
}
