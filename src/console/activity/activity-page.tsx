import { AUDIT_ACTIONS } from '../../domain/audit.ts'
import type { TokenCount } from '../../domain/token-counts.ts'
import { Figures } from './figures.tsx'
import { Pager } from '../kit/pager.tsx'
import { Scroll } from '../kit/table.tsx'
import { ACTION_WORDS } from './action-words.ts'
import { EventTable, type EventRowsProps } from './event-rows.tsx'
import { type ActivityQuery, queryText } from './query.ts'

type ActivityProps = Omit<EventRowsProps, 'ofClient'> & {
  query: ActivityQuery
  /** Null on the page for all clients. */
  client: { id: string; name: string | null } | null
  /** Null except on the first page. */
  counts: TokenCount[] | null
  next: string | null
  later: boolean
}

/** The activity of all clients or of one: token figures and events. */
export function ActivityPage(props: ActivityProps) {
  const { base, client, query, counts, now, next, later } = props
  const path = client ? `${base}/clients/${client.id}/activity` : `${base}/activity`
  return (
    <>
      <Head base={base} client={client} />
      {counts && <Figures counts={counts} now={now} />}
      <section class="card">
        <h2>Changes</h2>
        <Filter path={path} query={query} ofClient={client !== null} />
        <Scroll label="Changes">
          {props.events.length > 0 ? (
            <EventTable {...props} ofClient={client !== null} />
          ) : (
            <p class="empty">Nothing that fits.</p>
          )}
        </Scroll>
        <Pager path={path} query={queryText(query, client === null)} next={next} later={later} />
      </section>
      <Exports base={base} query={query} />
    </>
  )
}

function Head({ base, client }: Pick<ActivityProps, 'base' | 'client'>) {
  if (!client) return <h1>Activity</h1>
  return (
    <div class="head">
      <div>
        {client.name !== null && <a href={`${base}/clients/${client.id}`}>← API client</a>}
        <h1>
          Activity of <bdi>{client.name ?? client.id}</bdi>
        </h1>
        {client.name === null && <p class="faint">This API client is deleted.</p>}
      </div>
    </div>
  )
}

type FilterProps = { path: string; query: ActivityQuery; ofClient: boolean }

function Filter({ path, query, ofClient }: FilterProps) {
  return (
    <form class="filter" method="get" action={path}>
      <div class="field">
        <label for="action">What</label>
        <select id="action" name="action">
          <option value="">Everything</option>
          {AUDIT_ACTIONS.map((action) => (
            <option value={action} selected={action === query.action}>
              {ACTION_WORDS[action]}
            </option>
          ))}
        </select>
      </div>
      {!ofClient && (
        <div class="field">
          <label for="client_id">Client ID</label>
          <input id="client_id" name="client_id" value={query.clientId ?? ''} autocomplete="off" />
        </div>
      )}
      <button type="submit" class="quiet">
        Filter
      </button>
    </form>
  )
}

function Exports({ base, query }: Pick<ActivityProps, 'base' | 'query'>) {
  const text = queryText(query)
  const href = (kind: string) => `${base}/activity/export.${kind}${text && '?'}${text}`
  return (
    <p>
      Export what is chosen above, all pages of it: <a href={href('csv')}>CSV</a> or{' '}
      <a href={href('jsonl')}>JSON Lines</a>.
    </p>
  )
}
