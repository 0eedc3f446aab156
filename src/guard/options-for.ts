import { byEnvironment } from '../platform/by-environment.ts'
import type { AnyGuardOptions, Guarded } from './options.ts'
import { readGuardOptions } from './read-options.ts'

/** Options, or how to make them of the Worker's environment: asked once for each environment. */
export type GuardOptionsOf<Env> = AnyGuardOptions | ((env: Env) => AnyGuardOptions)

type Make = (env: never) => AnyGuardOptions

const made = new WeakMap<Make, Make>()

/**
 * Reads the options as they are in this environment.
 * @throws TypeError when one is wrong
 */
export function guardedBy<Env>(options: GuardOptionsOf<Env>, env: Env): Guarded {
  if (typeof options !== 'function') return readGuardOptions(options)
  const make = (made.get(options) as typeof options | undefined) ?? byEnvironment(options)
  made.set(options, make)
  return readGuardOptions(make(env))
}

/** Says as early as can be that an option is wrong: what a function makes is known at its first request. */
export function checkEarly<Env>(options: GuardOptionsOf<Env>): void {
  if (typeof options !== 'function') readGuardOptions(options)
}
