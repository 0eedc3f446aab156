import { beginningAt, EVENTS } from '../../domain/event-delivery.ts'
import type { JobRun } from '../../domain/job.ts'
import { deliverEvents } from '../events/deliver-events.ts'
import { deliveryIn } from '../events/delivery-state.ts'
import type { Job, JobDeps } from './job.ts'
import { OPERATIONS } from './operations.ts'

const EVENTS_A_RUN = 25

/** The claim, the events, their names and the release; a test event in place of a refused one. */
const BESIDE = OPERATIONS.events - 1

export const events: Job = { name: 'events', operations: OPERATIONS.events, run: sendEvents }

/** Nothing is asked of the database where nothing is pending, or events are off. */
async function sendEvents(deps: JobDeps, run: JobRun): Promise<void> {
  const { eventsWebhook, jobStates } = deps
  const { now } = run
  const known = run.jobStates.get(EVENTS)
  const delivery = deliveryIn(run.jobStates)
  if (!eventsWebhook) {
    // Switched on again, it begins with what happens from then on.
    if (delivery) run.updates.set(EVENTS, { ranAt: now, position: null })
    return
  }
  if (!known || !delivery) {
    const begun = { ranAt: now, position: beginningAt(run.headSeq, now) }
    await jobStates.replace(EVENTS, known ?? null, begun)
  } else if (delivery.seq < run.headSeq) {
    await deliverEvents(deps, eventsWebhook, known, eventsFor(run))
  }
}

function eventsFor(run: JobRun): number {
  return Math.min(EVENTS_A_RUN, run.budget.left() - BESIDE)
}
