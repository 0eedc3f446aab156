import type { Backlog } from '../../domain/backlog.ts'
import type { FailedEvent, SetAside } from '../../domain/event-delivery.ts'
import type { EventsWebhook } from '../../domain/events-webhook.ts'
import type { Deps } from '../../domain/deps.ts'
import type { JobStates } from '../../domain/job.ts'
import type { Seconds } from '../../domain/time.ts'
import { deliveryIn } from './delivery-state.ts'

/** The progress and the failures of the delivery of events. */
export type EventsHealth = {
  /** Null if events are off. */
  webhook: Pick<EventsWebhook, 'format' | 'host'> | null
  /** Null until the cron has begun to deliver. */
  begunAt: Seconds | null
  pending: number
  /** When the oldest of them happened. */
  oldestAt: Seconds | null
  failingSince: Seconds | null
  retryAt: Seconds | null
  failures: FailedEvent[]
  setAside: SetAside[]
}

export async function findEventsHealth(
  deps: Pick<Deps, 'eventsWebhook' | 'jobStates' | 'now' | 'probes'>,
): Promise<EventsHealth> {
  const jobStates = await deps.jobStates.all()
  return describeEvents(deps, jobStates, await deps.probes.backlog(deps.now()))
}

export function describeEvents(
  { eventsWebhook }: Pick<Deps, 'eventsWebhook'>,
  jobStates: JobStates,
  backlog: Pick<Backlog, 'eventsPending' | 'oldestEventPendingAt'>,
): EventsHealth {
  const state = eventsWebhook && deliveryIn(jobStates)
  return {
    webhook: eventsWebhook && { format: eventsWebhook.format, host: eventsWebhook.host },
    begunAt: state?.since ?? null,
    pending: state ? backlog.eventsPending : 0,
    oldestAt: state ? backlog.oldestEventPendingAt : null,
    failingSince: state?.failing?.since ?? null,
    retryAt: state?.failing?.retryAt ?? null,
    failures: state?.failures ?? [],
    setAside: state?.setAside ?? [],
  }
}
