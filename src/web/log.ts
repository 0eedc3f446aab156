import { Unavailable } from '../domain/errors.ts'
import type { SettingProblem } from '../domain/setting.ts'

/**
 * One JSON line for what went wrong on our side. The messages of what is Unavailable hold no
 * parameter; of a bug its name and place are kept, and not its message, which could quote anything.
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

/** One JSON line for what is no failure of ours, and somebody should look at. */
export function logWarning(warning: { event: string } & Record<string, unknown>): void {
  // oxlint-disable-next-line no-console -- as above
  console.warn(JSON.stringify({ level: 'warning', ...warning }))
}

function settingsOf({ settings }: Unavailable): object {
  return settings.length > 0 ? { settings } : {}
}

/** One line for each setting that is wrong and stops no token; `told` has those of which there is one. */
export function logSettings(problems: SettingProblem[], told: Set<string>): void {
  for (const { name, problem } of problems) {
    if (told.has(name)) continue
    told.add(name)
    // oxlint-disable-next-line no-console -- as above
    console.error(JSON.stringify({ level: 'error', setting: name, problem }))
  }
}
