import type { JobRun } from '../../domain/job.ts'
import { LIST_ID_LENGTH } from '../../domain/status-list.ts'
import { HOUR } from '../../domain/time.ts'
import type { Job } from './job.ts'
import { OPERATIONS } from './operations.ts'
import { pass } from './pass.ts'

/**
 * Keeps places ready for the clients and generations to come. Where they came faster, those that were
 * left without are most likely the newest; the next walk finds the others.
 */
export const statusLists: Job = {
  name: 'status_lists',
  operations: OPERATIONS.status_lists,
  async run({ statusListBase, statusLists: lists, random }, run) {
    if (statusListBase === null) return beginAnew(run)
    if (!(await lists.open(random(LIST_ID_LENGTH)))) return
    await lists.placeNewest(random(LIST_ID_LENGTH))
    walkSoon(run)
  },
}

const walk = pass({
  name: 'status_places',
  operations: OPERATIONS.status_places,
  period: HOUR,
  async step({ statusLists: lists, random }, { now }, position) {
    const next = await lists.place(Number(position ?? 0), random(LIST_ID_LENGTH))
    if (next === null) await lists.forget(now)
    return next
  },
})

/** Gives a place to clients without one: those from before the lists were on, or before a restore. */
export const statusPlaces: Job = {
  ...walk,
  run: (deps, run) => (deps.statusListBase === null ? Promise.resolve() : walk.run(deps, run)),
}

/**
 * A walk begins in this run; one that is under way goes on to its end, however often this happens, and
 * another follows it at once.
 */
function walkSoon({ jobStates, updates }: JobRun): void {
  const due = { ranAt: 0, position: jobStates.get(walk.name)?.position ?? null }
  jobStates.set(walk.name, due)
  updates.set(walk.name, due)
}

/** While the lists are off: the next walk is due at once when they are on again, and is of all clients. */
function beginAnew({ jobStates, updates }: JobRun): void {
  const last = jobStates.get(walk.name)
  const isNoted = !last || (last.ranAt === 0 && last.position === null)
  if (!isNoted) updates.set(walk.name, { ranAt: 0, position: null })
}
