import { Unavailable } from './errors.ts'

/**
 * Proves with which key, by name and number, a database was written. The value reveals nothing
 * about the key.
 */
export type KeyCheck = { name: string; version: string; value: string }

export interface KeyChecks {
  /**
   * Asks the database.
   * @throws Unavailable if the deployment has a different key under a number that the database
   * knows
   */
  ask(): Promise<void>
  /**
   * Like `ask`, but only until it has succeeded once in this process, in which keys and database do
   * not change.
   */
  confirm(): Promise<void>
}

/**
 * @throws Unavailable if a key differs from the one that the database knows under its number: data
 * written with it would be unreadable later, and correct secrets would look wrong.
 */
export function refuseWrongKeys(own: KeyCheck[], known: KeyCheck[]): void {
  const wrong = own.find((key) => {
    const same = known.find((one) => isOf(one, key))
    return same !== undefined && same.value !== key.value
  })
  if (!wrong) return
  const which = `${wrong.name} ${wrong.version}`
  const hint = 'put the right key back, or give the new one another version'
  const detail = `${which} is not the key of this database: ${hint}`
  throw new Unavailable('configuration', detail, [wrong.name])
}

/** The keys that the database does not know yet. */
export function newKeys(own: KeyCheck[], known: KeyCheck[]): KeyCheck[] {
  return own.filter((key) => !known.some((one) => isOf(one, key)))
}

function isOf(one: KeyCheck, other: KeyCheck): boolean {
  return one.name === other.name && one.version === other.version
}
