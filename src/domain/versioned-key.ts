import { WrongSetting } from './setting.ts'

/** One version of a secret of the deployment. */
export type VersionedKey = { version: string; key: string }

export const KEY_LENGTH_MIN = 32

const VERSIONED = /^([0-9A-Za-z]{1,16}):([\x21-\x2b\x2d-\x7e]+)$/

/**
 * Reads `1:<key>`, or `2:<new key>,1:<old key>` while a key is being rotated.
 * @throws WrongSetting that names the secret and never quotes it
 */
export function readVersionedKeys(name: string, value: string): VersionedKey[] {
  const keys = value.split(',').map((part) => readVersionedKey(name, part.trim()))
  const versions = new Set(keys.map(({ version }) => version))
  if (versions.size !== keys.length) throw new WrongSetting(name, `${name} repeats a version`)
  return keys
}

function readVersionedKey(name: string, part: string): VersionedKey {
  const [, version, key] = VERSIONED.exec(part) ?? []
  if (version === undefined || key === undefined) {
    const form = `1:<at least ${KEY_LENGTH_MIN} random characters>`
    throw new WrongSetting(name, `${name} must look like ${form}`)
  }
  if (key.length < KEY_LENGTH_MIN) {
    const least = `it needs at least ${KEY_LENGTH_MIN} characters`
    throw new WrongSetting(name, `${name} is too short: ${least}`)
  }
  return { version, key }
}

export function writeVersionedKeys(keys: VersionedKey[]): string {
  return keys.map(({ version, key }) => `${version}:${key}`).join(',')
}

/** A version that none of the keys has: the highest number plus one. */
export function nextVersion(keys: VersionedKey[]): string {
  return String(Math.max(0, ...keys.map(({ version }) => numberOf(version))) + 1)
}

/** Whether the last version was made after all the others, as their numbers say. */
export function isLastNewest(keys: VersionedKey[]): boolean {
  const [last = '', ...others] = keys.map(({ version }) => version).toReversed()
  return numberOf(last) > Math.max(0, ...others.map(numberOf))
}

/** 0 for a version that is not a number. */
function numberOf(version: string): number {
  return /^\d{1,15}$/.test(version) ? Number(version) : 0
}

/** Whether the text can be a key version. */
export function isVersion(text: string): boolean {
  return /^[0-9A-Za-z]{1,16}$/.test(text)
}

/** The key version in a text of the database: everything before the first dot. */
export function versionIn(text: string): string {
  return text.split('.')[0] ?? ''
}
