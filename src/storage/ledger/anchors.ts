import {
  type Anchor,
  type KeptAnchor,
  LATEST_ANCHOR,
  readAnchor,
  signedPart,
  type Anchors,
} from '../../domain/anchor.ts'
import { isCount } from '../../domain/count.ts'
import type { SignedTexts } from '../../domain/seal.ts'
import { DAY, isoTime, type Seconds } from '../../domain/time.ts'
import { answered } from '../answered.ts'

const PREFIX = 'anchor:'
const BEAT = `${PREFIX}beat`
const KEPT_DAYS = 400

// KV accepts one write per key and second: changes of different clients use different keys.
const RECENT = Array.from({ length: 16 }, (_, n) => `${PREFIX}recent:${n}`)
const SEEN = [LATEST_ANCHOR, ...RECENT]

// KV's minimum: a value read by the run of a minute ago is not served to this one again.
const CACHE_TTL = 30

/** KV's limit for metadata. */
const LENGTH_MAX = 1024

type Metadata = { signed?: unknown }

/**
 * The ends of the audit log, kept in KV: outside the database, so that cutting the log short or
 * restoring an older one is detected. The newest, the first of each day, and those of the latest
 * changes at the edge. Each is signed and bound to the log, so write access to KV is not enough to
 * forge one.
 */
export function kvAnchors(kv: KVNamespace, texts: SignedTexts, log: string): Anchors {
  const keep = async (key: string, anchor: Anchor, expirationTtl?: Seconds) => {
    const signed = await texts.write(signedPart(log, anchor))
    const options = { metadata: { signed }, ...(expirationTtl && { expirationTtl }) }
    await answered('kv', () => kv.put(key, signed, options))
  }
  const read = async (text: unknown, key: string, now: Seconds): Promise<KeptAnchor | null> => {
    const isText = typeof text === 'string' && text.length <= LENGTH_MAX
    const signed = isText ? await texts.read(text) : null
    const anchor = readAnchor(signed, log, now)
    return anchor && { ...anchor, key }
  }

  return {
    async seen(now) {
      const keys = [...SEEN, BEAT]
      const found = await answered('kv', () => kv.get(keys, { cacheTtl: CACHE_TTL }))
      const there = SEEN.filter((key) => (found.get(key) ?? null) !== null)
      const all = await Promise.all(there.map((key) => read(found.get(key), key, now)))
      const anchors = all.filter((anchor) => anchor !== null)
      const latest = anchors.find(({ key }) => key === LATEST_ANCHOR) ?? null
      const unreadable = there.filter((key) => !anchors.some((anchor) => anchor.key === key))
      const beat = beatIn(await texts.read(found.get(BEAT) ?? ''), log)
      return { latest, anchors, unreadable, beat }
    },

    async all(now) {
      const options = { prefix: PREFIX, limit: KEPT_DAYS + SEEN.length + 1 }
      const { keys } = await answered('kv', () => kv.list<Metadata>(options))
      const all = await Promise.all(
        keys.map(({ name, metadata }) => read(metadata?.signed, name, now)),
      )
      const anchors = all.filter((anchor) => anchor !== null)
      return anchors.sort((a, b) => b.at - a.at || b.seq - a.seq)
    },

    async keep(anchor, before) {
      await keep(LATEST_ANCHOR, anchor)
      if (before && dayOf(before) === dayOf(anchor)) return
      await keep(PREFIX + dayOf(anchor), anchor, KEPT_DAYS * DAY)
    },

    keepRecent: (anchor, id) => keep(recentKeyOf(id), anchor),
    keepUnder: (anchor, key) => keep(key, anchor),

    async keepBeat(beat) {
      const signed = await texts.write([log, beat])
      await answered('kv', () => kv.put(BEAT, signed))
    },
  }
}

function beatIn(signed: unknown, log: string): Seconds {
  if (!Array.isArray(signed) || signed.length !== 2) return 0
  const [of, beat] = signed as unknown[]
  return of === log && isCount(beat) ? beat : 0
}

function recentKeyOf(id: string): string {
  const sum = [...id].reduce((all, letter) => all + (letter.codePointAt(0) ?? 0), 0)
  return RECENT[sum % RECENT.length] as string
}

function dayOf(anchor: Anchor): string {
  return isoTime(anchor.at).slice(0, 10)
}
