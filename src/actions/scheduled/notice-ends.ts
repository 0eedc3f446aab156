import { deliveryIn } from '../events/delivery-state.ts'
import { noticeEnds } from '../events/notice-ends.ts'
import type { Job } from './job.ts'
import { OPERATIONS } from './operations.ts'
import { streamsSince } from './push-streams.ts'

/** Only while events are sent: what has ended before is not told afterwards. */
export const notices: Job = {
  name: 'notices',
  operations: OPERATIONS.notices,
  async run(deps, { jobStates }) {
    const delivery = deps.eventsWebhook && deliveryIn(jobStates)
    const since = delivery?.since ?? (deps.securityEvents && streamsSince(jobStates))
    if (since !== null) await noticeEnds(deps, since)
  },
}
