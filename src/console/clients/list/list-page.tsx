import { type ClientStatus, STATUSES } from '../../../domain/status.ts'
import { NAME_MAX } from '../../../domain/client-details.ts'
import { Pager } from '../../kit/pager.tsx'
import { numberInWords, STATUS_WORDS } from '../../kit/words.ts'
import { ClientTable } from './list-table.tsx'
import { type ListProps, listPath, queryOf, SORTS } from './list-query.ts'

/** The number of clients in each status, a search, and the list. */
export function ListPage(props: ListProps) {
  const { base, query, clients, counts, next, later, mayManage } = props
  const total = STATUSES.reduce((sum, status) => sum + counts[status], 0)
  return (
    <>
      <div class="head">
        <h1>API clients</h1>
        {mayManage && (
          <a class="button" href={`${base}/clients/new`}>
            Create API client
          </a>
        )}
      </div>
      {total === 0 ? (
        <NoClients mayManage={mayManage} />
      ) : (
        <>
          <StatusStrip base={base} query={query} counts={counts} total={total} />
          <Filter base={base} query={query} />
          {clients.length > 0 ? <ClientTable {...props} /> : <NothingFound {...props} />}
          <Pager path={`${base}/clients`} query={queryOf(query)} next={next} later={later} />
        </>
      )}
    </>
  )
}

type StripProps = Pick<ListProps, 'base' | 'query' | 'counts'> & { total: number }

function StatusStrip({ base, query, counts, total }: StripProps) {
  const link = (status: ClientStatus | null, label: string, count: number) => (
    <li>
      <a
        href={listPath(base, { ...query, status })}
        aria-current={query.status === status ? 'true' : undefined}
      >
        {label} <b>{numberInWords(count)}</b>
      </a>
    </li>
  )
  return (
    <nav aria-label="By status">
      <ul class="strip">
        {link(null, 'All', total)}
        {(['expired', 'needs_attention', 'available', 'suspended'] as const).map((status) => {
          const { icon, label } = STATUS_WORDS[status]
          return link(status, `${icon} ${label}`, counts[status])
        })}
      </ul>
    </nav>
  )
}

function Filter({ base, query }: Pick<ListProps, 'base' | 'query'>) {
  return (
    <form class="filter" action={`${base}/clients`} role="search">
      {query.status && <input type="hidden" name="status" value={query.status} />}
      <div class="field">
        <label for="q">Name, description or client ID</label>
        <input id="q" name="q" type="search" value={query.q} maxlength={NAME_MAX * 2} />
      </div>
      <div class="field">
        <label for="sort">Order</label>
        <select id="sort" name="sort">
          {SORTS.map(([sort, label]) => (
            <option value={sort} selected={sort === query.sort}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <button type="submit" class="quiet">
        Search
      </button>
    </form>
  )
}

function NoClients({ mayManage }: { mayManage: boolean }) {
  return (
    <section class="card empty">
      <h2>No API client yet</h2>
      <p>
        A machine that calls your APIs is an API client: it gets a client ID and a secret or public
        key, and trades them for access tokens.
      </p>
      {!mayManage && <p>Somebody with manage access can create the first one.</p>}
      {mayManage && <p>Create the first one above.</p>}
    </section>
  )
}

/** Says "so far" until the search is complete: a rare text of one or two characters takes long. */
function NothingFound({ base, query, next }: ListProps) {
  const everything = { status: null, q: '', sort: query.sort }
  return (
    <section class="card empty">
      <h2>{next === null ? 'No API client found' : 'No API client found yet'}</h2>
      <p>
        {next === null ? '' : 'Of those that were looked through so far: '}
        {query.q ? (
          <>
            None has “<bdi>{query.q}</bdi>” in its name, description or client ID
            {query.status && ' and this status'}.
          </>
        ) : (
          'None has this status.'
        )}
      </p>
      <a class="button quiet" href={listPath(base, everything)}>
        {query.q ? 'Clear the search' : 'Show all'}
      </a>
    </section>
  )
}
