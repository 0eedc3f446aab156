/**
 * A setting with an impossible value. The message names it and says why, without quoting a value.
 */
export class WrongSetting extends TypeError {
  /** The variables that are wrong or missing. */
  readonly settings: string[]

  constructor(settings: string | string[], message: string) {
    super(message)
    this.settings = [settings].flat()
  }
}

/**
 * An invalid setting that does not prevent issuing tokens: the problem, and what is done instead.
 * Contains nothing secret.
 */
export type SettingProblem = { name: string; problem: string }

/**
 * Returns what `read` does; if the setting is invalid, returns `instead` and records what that
 * means.
 */
export type ReadOr = <T, I>(read: () => T, instead: I, means: string) => T | I

/** Reads settings without which tokens are issued all the same: problems are recorded in `problems`. */
export function readOrNote(problems: SettingProblem[]): ReadOr {
  return (read, instead, means) => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof WrongSetting)) throw error
      const problem = `${error.message}: ${means}`
      problems.push(...error.settings.map((name) => ({ name, problem })))
      return instead
    }
  }
}
