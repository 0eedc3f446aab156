import { HOUR, isDue } from '../../domain/time.ts'
import { keepSigningKeys } from '../keys/keep-signing-keys.ts'
import { eventKeyDeps } from '../streams/event-keys.ts'
import type { Job } from './job.ts'
import { OPERATIONS } from './operations.ts'

const NAME = 'event_keys'

/** Makes and rotates the keys of security event tokens, while there are streams. */
export const eventKeys: Job = {
  name: NAME,
  operations: OPERATIONS.event_keys,
  isDue: ({ jobStates, now }) => isDue(jobStates.get(NAME)?.ranAt ?? null, HOUR, now),
  async run(deps, { now, updates }) {
    if (!deps.securityEvents) return
    await keepSigningKeys(eventKeyDeps(deps, deps.securityEvents))
    updates.set(NAME, { ranAt: now, position: null })
  },
}
