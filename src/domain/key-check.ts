import { Unavailable } from './errors.ts'

/** That a database was written with a key of this name and number: a value that shows nothing of the key. */
export type KeyCheck = { name: string; version: string; value: string }

export interface KeyChecks {
  /**
   * Asks the database.
   * @throws Unavailable when the deployment has another key under a number that the database knows
   */
  ask(): Promise<void>
  /** The same, once an isolate where it was right: keys and database stay what they are as long as it lives. */
  confirm(): Promise<void>
}

/**
 * @throws Unavailable where a key is not the one that the database knows under its number: what it would
 * write nobody could read later, and right secrets would look wrong.
 */
export function refuseWrongKeys(own: KeyCheck[], known: KeyCheck[]): void {
  const wrong = own.find((key) => {
    const same = known.find((one) => isOf(one, key))
    return same !== undefined && same.value !== key.value
  })
  if (!wrong) return
  const which = `${wrong.name} ${wrong.version}`
  const hint = 'put the right one back, or give the new one another number'
  const detail = `${which} is not the key of this database: ${hint}`
  throw new Unavailable('configuration', detail, [wrong.name])
}

/** Those that the database has yet to learn. */
export function newKeys(own: KeyCheck[], known: KeyCheck[]): KeyCheck[] {
  return own.filter((key) => !known.some((one) => isOf(one, key)))
}

function isOf(one: KeyCheck, other: KeyCheck): boolean {
  return one.name === other.name && one.version === other.version
}
