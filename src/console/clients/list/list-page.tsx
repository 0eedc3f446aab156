import { type ClientStatus, STATUSES } from '../../../domain/status.ts'
import { NAME_MAX } from '../../../domain/client-details.ts'
import { PageHead } from '../../kit/page-head.tsx'
import { Pager } from '../../kit/pager.tsx'
import { numberInWords, STATUS_WORDS } from '../../kit/words.ts'
import { FirstDay } from './first-day.tsx'
import { ClientTable } from './list-table.tsx'
import { type ListProps, listPath, queryOf, SORTS } from './list-query.ts'

/** The number of clients in each status, a search, and the list. */
export function ListPage(props: ListProps) {
  const { base, query, clients, counts, next, later, mayManage } = props
  const total = STATUSES.reduce((sum, status) => sum + counts[status], 0)
  return (
    <>
      <PageHead title="API clients">
        {mayManage && total > 0 && (
          <a class="button primary" href={`${base}/clients/new`}>
            Create API client
          </a>
        )}
      </PageHead>
      {total === 0 ? (
        <FirstDay base={base} hasApi={props.hasApi} mayManage={mayManage} />
      ) : (
        <>
          <StatusStrip base={base} query={query} counts={counts} total={total} />
          <Filter base={base} query={query} />
          {clients.length > 0 ? (
            <section class="card">
              <ClientTable {...props} />
            </section>
          ) : (
            <NothingFound {...props} />
          )}
          <Pager path={`${base}/clients`} query={queryOf(query)} next={next} later={later} />
        </>
      )}
    </>
  )
}

type StripProps = Pick<ListProps, 'base' | 'query' | 'counts'> & { total: number }

function StatusStrip({ base, query, counts, total }: StripProps) {
  const link = (status: ClientStatus | null, label: string, count: number) => (
    <a
      href={listPath(base, { ...query, status })}
      aria-current={query.status === status ? 'true' : undefined}
    >
      {label}
      <b>{numberInWords(count)}</b>
    </a>
  )
  return (
    <nav class="tabs" aria-label="By status">
      {link(null, 'All', total)}
      {(['expired', 'needs_attention', 'available', 'suspended'] as const).map((status) =>
        link(status, STATUS_WORDS[status].label, counts[status]),
      )}
    </nav>
  )
}

function Filter({ base, query }: Pick<ListProps, 'base' | 'query'>) {
  return (
    <form class="tools" action={`${base}/clients`} role="search">
      {query.status && <input type="hidden" name="status" value={query.status} />}
      <input
        name="q"
        type="search"
        value={query.q}
        maxlength={NAME_MAX * 2}
        placeholder="Name, description or client ID"
        aria-label="Name, description or client ID"
      />
      <select name="sort" aria-label="Order">
        {SORTS.map(([sort, label]) => (
          <option value={sort} selected={sort === query.sort}>
            {label}
          </option>
        ))}
      </select>
      <button type="submit">Search</button>
    </form>
  )
}

/** Says "so far" until the search is complete: a rare text of one or two characters takes long. */
function NothingFound({ base, query, next }: ListProps) {
  const everything = { status: null, q: '', sort: query.sort }
  return (
    <section class="card empty">
      <h2>{next === null ? 'No API client found' : 'No API client found yet'}</h2>
      <p>
        {next === null ? '' : 'Among the clients searched so far: '}
        {query.q ? (
          <>
            No client has “<bdi>{query.q}</bdi>” in its name, description or client ID
            {query.status && ' and this status'}.
          </>
        ) : (
          'No client has this status.'
        )}
      </p>
      <a class="button" href={listPath(base, everything)}>
        {query.q ? 'Clear the search' : 'Show all'}
      </a>
    </section>
  )
}
