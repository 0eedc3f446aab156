import type { AuditEvent, FieldChanges } from '../../domain/audit.ts'
import type { Seconds } from '../../domain/time.ts'
import { BareTable } from '../kit/table.tsx'
import { Time } from '../kit/time.tsx'
import { ACTION_WORDS, actorInWords, valueInWords } from './action-words.ts'

export type EventRowsProps = {
  base: string
  events: AuditEvent[]
  names: Map<string, string>
  now: Seconds
  /** Whether all events are about one client, which is then not named in each row. */
  ofClient: boolean
}

/** Audit events in words, newest first, each followed by the values before and after. */
export function EventTable(props: EventRowsProps) {
  return (
    <BareTable heads={['When', 'What']}>
      {props.events.map((event) => (
        <EventRow {...props} event={event} />
      ))}
    </BareTable>
  )
}

function EventRow({ event, ...props }: EventRowsProps & { event: AuditEvent }) {
  const { names, now } = props
  return (
    <tr>
      <td>
        <Time at={event.at} now={now} />
      </td>
      <td>
        <b>{ACTION_WORDS[event.action]}</b> by <bdi>{actorInWords(event.actor, names)}</bdi>
        {event.reason && (
          <>
            : <bdi>{event.reason}</bdi>
          </>
        )}
        <Subject {...props} event={event} />
        <details>
          <summary>Details</summary>
          {event.changes && <Changes changes={event.changes} />}
          <p class="hint">
            {event.target.type} <code>{event.target.id}</code>, request{' '}
            <code>{event.requestId}</code>
          </p>
        </details>
      </td>
    </tr>
  )
}

/** The subject of an event, with a link if it has a page. */
function Subject({ base, event, names, ofClient }: EventRowsProps & { event: AuditEvent }) {
  const { clientId, target } = event
  if (clientId !== null && !ofClient) {
    return (
      <p class="subject">
        <a href={`${base}/clients/${clientId}/activity`}>
          <bdi>{names.get(clientId) ?? clientId}</bdi>
        </a>
      </p>
    )
  }
  const name = names.get(target.id)
  if (clientId !== null || name === undefined) return null
  return (
    <p class="hint">
      <bdi>{name}</bdi>
    </p>
  )
}

function Changes({ changes }: { changes: FieldChanges }) {
  return (
    <BareTable heads={['Field', 'Before', 'After']}>
      {Object.entries(changes).map(([field, { from, to }]) => (
        <tr>
          <th scope="row">{field.replaceAll('_', ' ')}</th>
          <td class="lines">
            <bdi>{valueInWords(from)}</bdi>
          </td>
          <td class="lines">
            <bdi>{valueInWords(to)}</bdi>
          </td>
        </tr>
      ))}
    </BareTable>
  )
}
