import { AUDIT_ACTIONS } from '../../domain/audit.ts'
import type { Seconds } from '../../domain/time.ts'
import type { TokenCount } from '../../domain/token-counts.ts'
import { Pager } from '../kit/pager.tsx'
import { ACTION_WORDS } from './action-words.ts'
import { type EventRowsProps, EventTable } from './event-rows.tsx'
import { Figures } from './figures.tsx'
import { type ActivityQuery, queryText } from './query.ts'

export type ActivityProps = EventRowsProps & {
  query: ActivityQuery
  /** The path of the page itself. */
  path: string
  now: Seconds
  /** Null except on the first page. */
  counts: TokenCount[] | null
  next: string | null
  later: boolean
}

/** The activity of all clients or of one: token figures and events. */
export function Activity(props: ActivityProps) {
  const { path, query, counts, now, next, later, ofClient } = props
  return (
    <>
      {counts && <Figures counts={counts} now={now} />}
      <Filter {...props} />
      <section class="card">
        {props.events.length > 0 ? (
          <EventTable {...props} />
        ) : (
          <p class="empty">No matching events</p>
        )}
      </section>
      <Pager path={path} query={queryText(query, !ofClient)} next={next} later={later} />
    </>
  )
}

function Filter({ base, path, query, ofClient }: ActivityProps) {
  return (
    <form class="tools" method="get" action={path}>
      <select name="action" aria-label="Event">
        <option value="">All events</option>
        {AUDIT_ACTIONS.map((action) => (
          <option value={action} selected={action === query.action}>
            {ACTION_WORDS[action]}
          </option>
        ))}
      </select>
      {!ofClient && (
        <input
          name="client_id"
          value={query.clientId ?? ''}
          autocomplete="off"
          placeholder="Client ID"
          aria-label="Client ID"
        />
      )}
      <button type="submit">Filter</button>
      <Exports base={base} query={query} />
    </form>
  )
}

function Exports({ base, query }: Pick<ActivityProps, 'base' | 'query'>) {
  const text = queryText(query)
  const href = (kind: string) => `${base}/activity/export.${kind}${text && '?'}${text}`
  return (
    <span class="count">
      Export all matching events: <a href={href('csv')}>CSV</a>,{' '}
      <a href={href('jsonl')}>JSON Lines</a>
    </span>
  )
}
