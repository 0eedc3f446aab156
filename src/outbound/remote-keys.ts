import { Refusal, Unavailable } from '../domain/errors.ts'
import {
  type KeySets,
  type KeySource,
  nameOfSource,
  READ_COOLDOWN,
  type ReadKeySet,
  type RemoteKeys,
  STALE_KEYS_MAX,
} from '../domain/remote-keys.ts'
import type { SecretVerifiers } from '../domain/secret.ts'
import { isRecent, type Seconds } from '../domain/time.ts'
import { type ReadKeySetBy, readKeySet } from './read-key-set.ts'
import { READ_TIMEOUT_MS } from './read-json.ts'
import { sealedKeySets } from './sealed-key-sets.ts'
import { sharedFetch } from './shared-fetch.ts'

export type RemoteKeysBy = ReadKeySetBy & {
  keySets: KeySets
  verifiers: SecretVerifiers
  logWarning: (warning: { event: string } & Record<string, unknown>) => void
}

/** A source as it is known for `freshFor`; another attempt to read it may be made after `waits`. */
type Known = { set: ReadKeySet | null; freshFor: Seconds; waits: Seconds }

/** Reading a set from its publisher, and twice the database. */
const TIMEOUT_MS = READ_TIMEOUT_MS + 3000

/**
 * The keys that others publish, remembered by the isolate and stored in the database: what one
 * isolate has read, no other needs to. The caller learns nothing of a publisher but that its keys
 * are out of reach; the reason is in the log.
 */
export function remoteKeys(by: RemoteKeysBy): RemoteKeys {
  const stored = sealedKeySets(by.keySets, by.verifiers)
  const shared = sharedFetch<Known>({
    maxAge: ({ freshFor }) => freshFor,
    cooldown: ({ value, problem }) =>
      problem || !value ? 1 : Math.min(value.freshFor, value.waits),
    timeoutMs: TIMEOUT_MS,
  })

  async function know(source: KeySource, now: Seconds, lacking: boolean): Promise<Known> {
    const { set, triedAt } = await stored.find(nameOfSource(source))
    const waits = triedAt === null ? 0 : Math.max(0, READ_COOLDOWN - Math.abs(now - triedAt))
    const freshFor = set ? freshnessAt(set, now) : 0
    if (freshFor > 0 && !(lacking && waits === 0)) return { set, freshFor, waits }
    if (waits > 0) return { set, freshFor: waits, waits }
    return (await readNow(source, now)) ?? { set, freshFor: READ_COOLDOWN, waits: READ_COOLDOWN }
  }

  /** Null where the publisher gives no set. */
  async function readNow(source: KeySource, now: Seconds): Promise<Known | null> {
    const name = nameOfSource(source)
    const set = await readKeySet(by, source, now).catch(toProblem)
    if ('problem' in set) {
      by.logWarning({ event: 'keys_unreachable', source: name, reason: set.problem })
      await by.keySets.noteFailure(name, now, set.problem)
      return null
    }
    await stored.keep(name, set)
    return { set, freshFor: freshnessAt(set, now), waits: READ_COOLDOWN }
  }

  return {
    async of(source, now, lacking) {
      const fetch = () => know(source, now, lacking !== undefined)
      const { value, problem } = await shared(nameOfSource(source), now, fetch, () => !lacking)
      if (!value && problem instanceof Unavailable) throw problem
      const set = value?.set
      if (!set || !isRecent(set.readAt, STALE_KEYS_MAX, now)) {
        throw new Refusal('invalid_client', 'The keys that would verify this are out of reach.')
      }
      return set.keys
    },

    async readAgain(source, now) {
      await readNow(source, now)
    },
  }
}

/** A clock that was set back must not prolong anything. */
function freshnessAt({ readAt, freshUntil }: ReadKeySet, now: Seconds): Seconds {
  return Math.max(0, freshUntil - readAt - Math.abs(now - readAt))
}

function toProblem(error: unknown): { problem: string } {
  if (error instanceof Error) return { problem: error.message.slice(0, 200) }
  throw error
}
