import { AUDIT_ACTIONS } from '../../domain/audit.ts'
import type { KnownName, KnownNames } from '../../domain/audit.ts'
import { authorInWords, personInWords } from '../kit/actor-words.ts'
import { type FilterOption, FilterSelect } from '../kit/filter-select.tsx'
import { ACTION_WORDS } from './action-words.ts'
import { type ActivityQuery, queryText } from './query.ts'

export type FilterProps = {
  base: string
  /** The path of the page itself. */
  path: string
  query: ActivityQuery
  names: KnownNames
  /** The administrators to choose from. */
  people: (KnownName & { id: string })[]
  ofClient: boolean
}

const ACTIONS = AUDIT_ACTIONS.map((action): FilterOption => [action, ACTION_WORDS[action]])

const ORDERS: FilterOption[] = [
  ['desc', 'Newest first'],
  ['asc', 'Oldest first'],
]

/** The filters, and links that export the matching events. */
export function Filter(props: FilterProps) {
  const { base, path, query, ofClient } = props
  const { action, actor, since, until, order, clientId } = query
  return (
    <form class="tools" method="get" action={path}>
      <div class="filters">
        <FilterSelect
          name="action"
          label="Event"
          none="All events"
          options={ACTIONS}
          value={action}
        />
        <FilterSelect
          name="actor"
          label="By"
          none="By anyone"
          options={actorsOf(props)}
          value={actor}
        />
        <label>
          From <input type="date" name="since" value={since} aria-label="From (day in UTC)" />
        </label>
        <label>
          to <input type="date" name="until" value={until} aria-label="To (day in UTC)" />
        </label>
        {!ofClient && (
          <input
            name="client_id"
            value={clientId}
            autocomplete="off"
            placeholder="Client name or ID"
            aria-label="Client name or ID"
          />
        )}
        <FilterSelect name="order" label="Order" options={ORDERS} value={order} />
      </div>
      <button type="submit">Filter</button>
      <Exports base={base} query={query} />
    </form>
  )
}

/** The administrators, the server, and another actor if one is chosen, such as a client. */
function actorsOf({ query: { actor }, people, names }: FilterProps): FilterOption[] {
  const all: FilterOption[] = [
    ...people.map((person): FilterOption => [person.id, personInWords(person)]),
    ['bootstrap', 'The bootstrap token'],
    ['portcullis', 'Portcullis itself'],
  ]
  const isThere = actor === '' || all.some(([id]) => id === actor)
  return isThere ? all : [[actor, authorInWords(actor, names) ?? actor], ...all]
}

function Exports({ base, query }: Pick<FilterProps, 'base' | 'query'>) {
  const text = queryText(query)
  const href = (kind: string) => `${base}/activity/export.${kind}${text && '?'}${text}`
  return (
    <span class="count">
      Export all matching events: <a href={href('csv')}>CSV</a>,{' '}
      <a href={href('jsonl')}>JSON Lines</a>
    </span>
  )
}
