import { type ClientKey, makeClientKey } from '../../support/client-keys.ts'

/** So few that one pair meets several clients. */
export const PAIRS = 2

const made = new Map<number, Promise<ClientKey>>()

/** One of the key pairs of the test, made once for all histories. */
export function pairOf(pair: number): Promise<ClientKey> {
  const known = made.get(pair) ?? makeClientKey()
  made.set(pair, known)
  return known
}
