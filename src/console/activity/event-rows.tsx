import {
  type AuditEvent,
  clientOf,
  type FieldChanges,
  type KnownNames,
} from '../../domain/audit.ts'
import { isoTime } from '../../domain/time.ts'
import { actorInWords, nameInWords } from '../kit/actor-words.ts'
import { Table } from '../kit/table.tsx'
import { dayInWords, secondInUtc } from '../kit/words.ts'
import { ACTION_WORDS, valueInWords } from './action-words.ts'
import { type ActivityQuery, queryText } from './query.ts'

export type EventRowsProps = {
  base: string
  events: AuditEvent[]
  names: KnownNames
  /** The path of the page, and its filters, for a link to what one person did. */
  path: string
  query: ActivityQuery
  /** Whether all events are about one client, which is then not named in each row. */
  ofClient: boolean
}

/** Audit events in words, newest first, under the day of each. */
export function EventTable(props: EventRowsProps) {
  const { events, ofClient } = props
  const days = [...Map.groupBy(events, ({ at }) => isoTime(at).slice(0, 10)).values()]
  return (
    <table aria-label="Events" class="fixed">
      <thead>
        <tr>
          <th scope="col" class="date">
            Time (UTC)
          </th>
          <th scope="col">Event</th>
          {!ofClient && (
            <th scope="col" class="subject">
              Subject
            </th>
          )}
          <th scope="col" class="by">
            By
          </th>
        </tr>
      </thead>
      <tbody>
        {days.map((ofDay) => (
          <>
            <tr class="day">
              <th scope="rowgroup" colspan={ofClient ? 3 : 4}>
                {dayInWords(ofDay[0]?.at ?? 0)}
              </th>
            </tr>
            {ofDay.map((event) => (
              <EventRow {...props} event={event} />
            ))}
          </>
        ))}
      </tbody>
    </table>
  )
}

function EventRow({ event, ...props }: EventRowsProps & { event: AuditEvent }) {
  const { ofClient } = props
  return (
    <tr>
      <td class="date">
        <time datetime={isoTime(event.at)} title={secondInUtc(event.at)}>
          {isoTime(event.at).slice(11, 16)}
        </time>
      </td>
      <td>
        <Said {...props} event={event} />
      </td>
      {!ofClient && (
        <td>
          <Subject {...props} event={event} />
        </td>
      )}
      <td class="by">
        <By {...props} event={event} />
      </td>
    </tr>
  )
}

/** Names the actor, with a link to the other events of the same actor. */
function By({ event, names, path, query, ofClient }: EventRowsProps & { event: AuditEvent }) {
  const name = <bdi>{actorInWords(event.actor, names)}</bdi>
  if (query.actor !== '') return <span class="one">{name}</span>
  return (
    <a class="one" href={`${path}?${queryText({ ...query, actor: event.actor.id }, !ofClient)}`}>
      {name}
    </a>
  )
}

/** Says what was done; opened, it shows the values before and after. */
function Said({ base, event }: EventRowsProps & { event: AuditEvent }) {
  const { action, reason, changes, target, requestId } = event
  return (
    <details class="event">
      <summary>
        {ACTION_WORDS[action]}
        {reason && (
          <span class="sub">
            {' '}
            <bdi>{reason}</bdi>
          </span>
        )}
      </summary>
      {changes && <Changes changes={changes} />}
      <p class="hint">
        {target.type}{' '}
        {target.type === 'incident' ? (
          <a href={`${base}/incidents/${target.id}`}>{target.id}</a>
        ) : (
          <code>{target.id}</code>
        )}
        , request <code>{requestId}</code>
      </p>
    </details>
  )
}

/** The subject of an event, with a link if it has a page. */
function Subject({ base, event, names }: EventRowsProps & { event: AuditEvent }) {
  const { clientId, target } = event
  const name = nameInWords(clientId === null ? target : clientOf(clientId), names)
  if (clientId === null) return <bdi>{name}</bdi>
  return (
    <a class="one" href={`${base}/clients/${clientId}/activity`}>
      <bdi>{name ?? clientId}</bdi>
    </a>
  )
}

function Changes({ changes }: { changes: FieldChanges }) {
  return (
    <Table
      label="Changes"
      rows={Object.entries(changes)}
      columns={[
        { head: 'Field', cell: ([field]) => field.replaceAll('_', ' ') },
        { head: 'Before', kind: 'lines', cell: ([, { from }]) => <bdi>{valueInWords(from)}</bdi> },
        { head: 'After', kind: 'lines', cell: ([, { to }]) => <bdi>{valueInWords(to)}</bdi> },
      ]}
    />
  )
}
