import { LIST_ID_LENGTH } from '../../domain/status-list.ts'
import { HOUR } from '../../domain/time.ts'
import type { Job } from './job.ts'
import { OPERATIONS } from './operations.ts'
import { pass } from './pass.ts'

/** Keeps places ready for the clients and generations to come. */
export const statusLists: Job = {
  name: 'status_lists',
  operations: OPERATIONS.status_lists,
  async run({ statusListBase, statusLists: lists, random }) {
    if (statusListBase !== null) await lists.open(random(LIST_ID_LENGTH))
  },
}

/** Gives a place to clients without one: those from before the lists were on, or before a restore. */
export const statusPlaces = pass({
  name: 'status_places',
  operations: OPERATIONS.status_places,
  period: HOUR,
  async step({ statusListBase, statusLists: lists, random }, { now }, position) {
    if (statusListBase === null) return null
    const next = await lists.place(Number(position ?? 0), random(LIST_ID_LENGTH))
    if (next === null) await lists.forget(now)
    return next
  },
})
