export { KEY_LENGTH_MIN } from '../domain/versioned-key.ts'
import { WrongSetting } from '../domain/setting.ts'
import { readVersionedKeys, type VersionedKey } from '../domain/versioned-key.ts'

/**
 * One secret of the deployment in its versions: the first is used for everything new, all of them
 * for reading.
 */
export type KeyRing = { name: string; current: VersionedKey; versions: ReadonlyMap<string, string> }

/**
 * Reads `1:<key>`, or `2:<new key>,1:<old key>` while a key is being rotated.
 * @throws WrongSetting that names the secret and never quotes it
 */
export function readKeyRing(name: string, value: unknown): KeyRing {
  if (typeof value !== 'string' || value === '') throw missing(name)
  const keys = readVersionedKeys(name, value)
  const [current] = keys
  if (!current) throw missing(name)
  return { name, current, versions: new Map(keys.map(({ version, key }) => [version, key])) }
}

function missing(name: string): WrongSetting {
  return new WrongSetting(name, `${name} is missing`)
}
