import { boundedMap } from './bounded-map.ts'
import { isRecent } from './recent.ts'

type Limits<T> = {
  /** How long a value is good for, in seconds. */
  period: number
  /** How many names are remembered. */
  most: number
  isFound: (value: T) => boolean
}

/**
 * Remembers for a while what was read under a name. That nothing was found is remembered only under a name
 * that had something before: names that are made up must not push out others.
 */
export function remembered<T>({ period, most, isFound }: Limits<T>) {
  type Entry = { value: T; readAt: number }
  let entries = boundedMap<Entry>(most)
  return {
    /** Null where a read is needed. */
    recall(name: string, now: number): { value: T } | null {
      const entry = entries.get(name)
      return entry && isRecent(entry.readAt, period, now) ? entry : null
    },
    /** However old it is. */
    last: (name: string): T | undefined => entries.get(name)?.value,
    keep(name: string, value: T, readAt: number): void {
      if (isFound(value) || entries.get(name)) entries.set(name, { value, readAt })
    },
    forget: (name: string) => entries.delete(name),
    clear: () => void (entries = boundedMap(most)),
  }
}
