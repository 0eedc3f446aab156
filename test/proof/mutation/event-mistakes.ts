import type { Mistake } from './mistakes.ts'

const DELIVERY = 'src/domain/event-delivery.ts'
const ACTION = 'src/actions/events/deliver-events.ts'
const FAULTS = 'test/actions/events/receiver-faults.test.ts'

/** Mistakes of the delivery of events. */
export const EVENT_MISTAKES: Mistake[] = [
  {
    name: 'two runs of the cron send the same events',
    file: DELIVERY,
    find: 'return !isLeased && !waits',
    replace: 'return !waits || !isLeased',
    noticedBy: FAULTS,
  },
  {
    name: 'an event that was not accepted counts as delivered',
    file: ACTION,
    find: '    if (state.failing) break\n',
    replace: '',
    noticedBy: FAULTS,
  },
  {
    name: 'an event is set aside although the receiver refuses everything',
    file: ACTION,
    find: "(await sendTestMessage(deps, webhook)).outcome === 'accepted'",
    replace: "(await sendTestMessage(deps, webhook)).outcome !== 'accepted'",
    noticedBy: FAULTS,
  },
  {
    name: 'the position moves before the events are sent',
    file: ACTION,
    find: 'const claim = { ranAt: began, position: before }',
    replace: 'const claim = { ranAt: began, position: { ...before, seq: before.seq + limit } }',
    noticedBy: 'test/actions/events/database-faults.test.ts',
  },
  {
    name: 'an event that is sent again has another id',
    file: 'src/outbound/events/events-webhook.ts',
    find: "return message.kind === 'event' ? message.event.eventId : message.id",
    replace: "return message.kind === 'event' ? `evt_${Math.random()}` : message.id",
    noticedBy: 'test/outbound/events-webhook.test.ts',
  },
  {
    name: 'the end of a credential is told in each run',
    file: 'src/storage/upkeep/due-notices.ts',
    find: 'SET expiry_told = iif(expires_at <= ${at}, 2, 1)',
    replace: 'SET expiry_told = iif(expires_at <= ${at}, 1, 0)',
    noticedBy: 'test/actions/events/notices.test.ts',
  },
  {
    name: 'events of the time in which they were off are sent afterwards',
    file: 'src/actions/scheduled/send-events.ts',
    find: 'if (delivery) run.updates.set',
    replace: 'if (!delivery) run.updates.set',
    noticedBy: 'test/actions/events/deliver-events.test.ts',
  },
]
