import { SHARED } from './nouns.ts'

/**
 * The text for a field, by the names on the way to it: those of its schema or operation, of the
 * fields that it is in, and its own.
 */
export type Words = (path: string[]) => string | undefined

/** The texts of a noun, and those that are true of every field of their name. */
export function wordsOf({ fields = {} }: { fields?: Record<string, string> }): Words {
  return (path) => {
    const key = keysOf(path).find((one) => Object.hasOwn(fields, one))
    return key === undefined ? SHARED.fields[path.at(-1) ?? ''] : fields[key]
  }
}

/** The keys by which a field may be described, the longest first: `Incident.clients.at`, `clients.at`, `at`. */
export function keysOf(path: string[]): string[] {
  return path.map((_, index) => path.slice(index).join('.'))
}
