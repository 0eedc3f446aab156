import { sourceNamed } from '../../domain/remote-keys.ts'
import { HOUR } from '../../domain/time.ts'
import type { Job } from './job.ts'
import { OPERATIONS } from './operations.ts'

const KEY_SETS_A_RUN = 2

/**
 * Reads the keys of others again that no request has read for an hour, so that the last good set is
 * recent when its publisher goes down. Forgets those that no client uses any more.
 */
export const keySets: Job = {
  name: 'key_sets',
  operations: OPERATIONS.key_sets,
  async run({ keySets: stored, remoteKeys }, { now }) {
    const waiting = await stored.triedBefore(now - HOUR, KEY_SETS_A_RUN)
    const used = waiting.filter(({ isUsed }) => isUsed)
    await Promise.all(used.map(({ name }) => remoteKeys.readAgain(sourceNamed(name), now)))
    const unused = waiting.filter(({ isUsed }) => !isUsed)
    if (unused.length > 0) await stored.forget(unused.map(({ name }) => name))
  },
}
