import { type EventDeliveryState, EVENTS } from '../../domain/event-delivery.ts'
import { Unavailable } from '../../domain/errors.ts'
import type { JobState, JobStates } from '../../domain/job.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Seconds } from '../../domain/time.ts'

const ATTEMPTS = 5

/** How far delivery got; null before it has begun, and while events are off. */
export function deliveryIn(jobStates: JobStates): EventDeliveryState | null {
  return (jobStates.get(EVENTS)?.position ?? null) as EventDeliveryState | null
}

/**
 * Changes the state unless `change` returns null, on top of what others changed meanwhile. `known` is
 * the state as it was read, which saves reading it again.
 */
export async function changeDelivery(
  { jobStates }: Pick<Deps, 'jobStates'>,
  now: Seconds,
  change: (state: EventDeliveryState) => EventDeliveryState | null,
  known?: JobState,
): Promise<EventDeliveryState | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = (attempt === 0 && known) || (await jobStates.all()).get(EVENTS)
    const state = before?.position as EventDeliveryState | null | undefined
    const next = state ? change(state) : null
    if (!before || !next) return null
    if (await jobStates.replace(EVENTS, before, { ranAt: now, position: next })) return next
  }
  throw new Unavailable('changes', 'to the delivery of events')
}
