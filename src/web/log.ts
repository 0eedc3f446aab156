import { Unavailable } from '../domain/errors.ts'

/**
 * One JSON line for what went wrong on our side. The messages of what is Unavailable hold no
 * parameter; of a bug its name and place are kept, and not its message, which could quote anything.
 */
export function logFailure(error: Error, requestId: string | undefined): void {
  const about =
    error instanceof Unavailable
      ? { unavailable: error.what, detail: error.message }
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
