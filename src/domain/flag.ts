import { WrongSetting } from './setting.ts'

const WORDS = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['', 'false', '0', 'no', 'off'].map((word) => [word, false] as const),
])

/** A variable's value: text, or a native value from JSON or TOML configuration. */
export type FlagValue = string | number | boolean | undefined

/** Whether a variable of the environment is on; undefined if it is neither on nor off. */
export function flagIn(value: FlagValue): boolean | undefined {
  return WORDS.get(
    String(value ?? '')
      .trim()
      .toLowerCase(),
  )
}

/**
 * @throws WrongSetting that names the variable: `CLOSED=flase` must neither close nor open the
 * server silently
 */
export function readFlag(name: string, value: FlagValue): boolean {
  const flag = flagIn(value)
  if (flag !== undefined) return flag
  const message = `${name} must be true or false (or 1 or 0, yes or no, on or off)`
  throw new WrongSetting(name, message)
}
