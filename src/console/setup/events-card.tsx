import type { EventsHealth } from '../../actions/events/describe-events.ts'
import type { Resent } from '../../actions/events/resend-events.ts'
import type { FailedEvent } from '../../domain/event-delivery.ts'
import type { EventDelivery } from '../../domain/events-webhook.ts'
import type { Seconds } from '../../domain/time.ts'
import { countedInWords } from '../../domain/count.ts'
import { FormToken } from '../kit/field.tsx'
import { Table } from '../kit/table.tsx'
import { Time } from '../kit/time.tsx'

export type EventsOutcome = { test?: EventDelivery; resent?: Resent[] }

type CardProps = {
  base: string
  formToken: string
  now: Seconds
  mayChange: boolean
  events: EventsHealth
}

/** Shows the delivery of events, and lets a person test it and resend. */
export function EventsCard({ base, formToken, now, mayChange, events }: CardProps) {
  const { webhook, failures, setAside } = events
  return (
    <section class="card" id="events">
      <h2>Events webhook</h2>
      <div class="pad">
        <p>
          {webhook?.host ? (
            <>
              Events go to <code>{webhook.host}</code> ({webhook.format}).{' '}
            </>
          ) : (
            'A setting of the events webhook is wrong, so no event is sent. '
          )}
          <Progress events={events} now={now} />
        </p>
        {mayChange && (
          <div class="actions">
            <EventsForm {...{ base, formToken }} path="test-event" label="Send a test event" />
            {setAside.length > 0 && (
              <EventsForm {...{ base, formToken }} path="resent-events" label="Resend" />
            )}
          </div>
        )}
      </div>
      {setAside.length > 0 && <Failures label="Set aside" of={setAside} now={now} />}
      {failures.length > 0 && <Failures label="Last failures" of={failures} now={now} />}
    </section>
  )
}

function Progress({ events, now }: Pick<CardProps, 'events' | 'now'>) {
  const { begunAt, pending, oldestAt, retryAt } = events
  if (begunAt === null) return <>Delivery begins with the next run of the cron.</>
  return (
    <>
      Delivery began <Time at={begunAt} now={now} />.{' '}
      {pending === 0 ? (
        'No event is waiting.'
      ) : (
        <>
          Events waiting: {pending}. The oldest happened <Time at={oldestAt} now={now} />.
        </>
      )}
      {retryAt !== null && (
        <>
          {' '}
          Next attempt: <Time at={retryAt} now={now} />.
        </>
      )}
    </>
  )
}

type FormProps = { base: string; formToken: string; path: string; label: string }

function EventsForm({ base, formToken, path, label }: FormProps) {
  return (
    <form method="post" action={`${base}/setup/${path}`}>
      <FormToken token={formToken} />
      <button type="submit">{label}</button>
    </form>
  )
}

function Failures({ label, of: rows, now }: { label: string; of: FailedEvent[]; now: Seconds }) {
  const columns = [
    { head: label, cell: ({ type }: FailedEvent) => type },
    { head: 'Event', cell: ({ eventId }: FailedEvent) => <code>{eventId}</code> },
    { head: 'Problem', cell: ({ detail }: FailedEvent) => detail },
    { head: 'When', cell: ({ at }: FailedEvent) => <Time at={at} now={now} /> },
  ]
  return <Table label={label} columns={columns} rows={rows} />
}

/** The outcome of a test event, or of events that were sent again. */
export function EventsResult({ of: { test, resent = [] } }: { of: EventsOutcome }) {
  const deliveries = test ? [test] : resent.map(({ delivery }) => delivery)
  const done = deliveries.filter(({ outcome }) => outcome === 'accepted').length
  const failed = deliveries.find((one) => one.outcome !== 'accepted')
  const what = test ? 'The test event' : `${done} of ${countedInWords(deliveries.length, 'event')}`
  return (
    <div class={failed ? 'note' : 'banner'} role="status">
      <p>
        {failed && test
          ? `The receiver did not accept the test event: ${failed.detail}.`
          : `${what} ${test || done === 1 ? 'was' : 'were'} accepted by the receiver.`}
        {failed && !test && ` The next one was not: ${failed.detail}.`}
      </p>
    </div>
  )
}
