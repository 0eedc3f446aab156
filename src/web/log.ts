import { Unavailable } from '../domain/errors.ts'
import type { SettingProblem } from '../domain/setting.ts'

/**
 * One JSON line for a failure on our side. The messages of Unavailable hold no parameter; a bug is
 * logged by name and place, without its message, which could quote anything.
 */
export function logFailure(error: Error, requestId: string | undefined): void {
  const about =
    error instanceof Unavailable
      ? { unavailable: error.what, detail: error.message, ...settingsOf(error) }
      : {
          bug: error.name,
          at: error.stack
            ?.split('\n')
            .slice(1, 4)
            .map((line) => line.trim()),
        }
  // oxlint-disable-next-line no-console -- the platform's log is where a Worker tells what failed
  console.error(JSON.stringify({ level: 'error', request_id: requestId, ...about }))
}

/** One JSON line for something that did not fail here but deserves a look. */
export function logWarning(warning: { event: string } & Record<string, unknown>): void {
  // oxlint-disable-next-line no-console -- as above
  console.warn(JSON.stringify({ level: 'warning', ...warning }))
}

function settingsOf({ settings }: Unavailable): object {
  return settings.length > 0 ? { settings } : {}
}

/** One line for each wrong setting that stops no token; `told` holds those already logged. */
export function logSettings(problems: SettingProblem[], told: Set<string>): void {
  for (const { name, problem } of problems) {
    if (told.has(name)) continue
    told.add(name)
    // oxlint-disable-next-line no-console -- as above
    console.error(JSON.stringify({ level: 'error', setting: name, problem }))
  }
}
