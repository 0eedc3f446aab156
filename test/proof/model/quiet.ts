import { takePatience } from './patience.ts'

/** The log lines since the history began: each injected fault, as it should be. */
export const logged: string[] = []

function keep(...args: unknown[]): void {
  logged.push(args.map((arg) => (arg instanceof Error ? arg.stack : String(arg))).join(' '))
}

/** While a model runs, the log goes to `logged`, and no patience is real. */
export async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { log, error, warn } = console
  Object.assign(console, { log: keep, error: keep, warn: keep })
  const undo = takePatience()
  try {
    return await work()
  } finally {
    undo()
    Object.assign(console, { log, error, warn })
  }
}
