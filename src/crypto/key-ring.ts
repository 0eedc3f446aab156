/** One secret of the deployment in its versions: the first makes what is new, all read what is old. */
export type KeyRing = { name: string; current: VersionedKey; versions: ReadonlyMap<string, string> }
export type VersionedKey = { version: string; key: string }

export const KEY_LENGTH_MIN = 32

const VERSIONED = /^([0-9A-Za-z]{1,16}):([\x21-\x2b\x2d-\x7e]+)$/

/**
 * Reads `1:<key>`, or `2:<new key>,1:<old key>` while a key is being rotated.
 * @throws TypeError that names the secret and never quotes it
 */
export function readKeyRing(name: string, value: unknown): KeyRing {
  if (typeof value !== 'string' || value === '') throw new TypeError(`${name} is missing`)
  const keys = value.split(',').map((part) => readVersionedKey(name, part.trim()))
  const [current] = keys
  const versions = new Map(keys.map(({ version, key }) => [version, key]))
  if (!current || versions.size !== keys.length) throw new TypeError(`${name} repeats a version`)
  return { name, current, versions }
}

function readVersionedKey(name: string, part: string): VersionedKey {
  const [, version, key] = VERSIONED.exec(part) ?? []
  if (version === undefined || key === undefined) {
    throw new TypeError(`${name} must look like 1:<at least ${KEY_LENGTH_MIN} random characters>`)
  }
  if (key.length < KEY_LENGTH_MIN) {
    throw new TypeError(`${name} is too short: it needs at least ${KEY_LENGTH_MIN} characters`)
  }
  return { version, key }
}
