/** A setting that cannot mean what it says. The message names it, says why, and quotes no value. */
export class WrongSetting extends TypeError {
  /** The variables that are wrong or missing. */
  readonly settings: string[]

  constructor(settings: string | string[], message: string) {
    super(message)
    this.settings = [settings].flat()
  }
}

/** A wrong setting that stops no token: what is wrong, and what is done in its place. Nothing secret in it. */
export type SettingProblem = { name: string; problem: string }

/** What `read` gives; where the setting is wrong, `instead`, and a note of what that means. */
export type ReadOr = <T, I>(read: () => T, instead: I, means: string) => T | I

/** Reads settings that concern people alone: a wrong one is noted among `problems`. */
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
