import { byEnvironment } from '../platform/by-environment.ts'
import type { AnyGuardOptions, Guarded } from './options.ts'
import { readGuardOptions } from './read-options.ts'

/** Options, or a function that makes them from the Worker's environment: called once for each. */
export type GuardOptionsOf<Env> = AnyGuardOptions | ((env: Env) => AnyGuardOptions)

type Make = (env: never) => AnyGuardOptions

const made = new WeakMap<Make, Make>()

/**
 * Reads the options as they are in this environment.
 * @throws TypeError if one is wrong
 */
export function guardedBy<Env>(options: GuardOptionsOf<Env>, env: Env): Guarded {
  if (typeof options !== 'function') return readGuardOptions(options)
  const make = (made.get(options) as typeof options | undefined) ?? byEnvironment(options)
  made.set(options, make)
  return readGuardOptions(make(env))
}

/** Reports a wrong option as early as possible: for a function, that is its first request. */
export function checkEarly<Env>(options: GuardOptionsOf<Env>): void {
  if (typeof options !== 'function') readGuardOptions(options)
}
