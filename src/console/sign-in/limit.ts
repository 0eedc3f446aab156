import type { ConsoleContext } from '../door.ts'
import type { Problem } from './problems.ts'

// Under one name of its own among those that are counted with the clients.
const NAME = 'console'

/** Why an address has to wait before it may try to sign in again; null when it need not. */
export function tooMany(c: ConsoleContext): Problem | null {
  const { deps, address } = c.var
  const wait = deps.failures.wait(NAME, address, deps.now())
  return wait > 0 ? { status: 429, text: `Too many attempts. Wait ${wait} seconds.` } : null
}

export function noteFailedSignIn(c: ConsoleContext): void {
  const { deps, address } = c.var
  deps.failures.record(NAME, address, deps.now())
}
