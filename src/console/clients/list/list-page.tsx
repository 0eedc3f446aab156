import { type ClientStatus, STATUSES } from '../../../domain/status.ts'
import { PageHead } from '../../kit/page-head.tsx'
import { numberInWords, STATUS_WORDS } from '../../kit/words.ts'
import { FirstDay } from './first-day.tsx'
import { isFiltered, type ListProps, listPath, queryOf } from './list-query.ts'
import { SelectableClients } from './list-table.tsx'
import { shownInWords, Tools } from './tools.tsx'

/** The number of clients in each status, a search, and the list. */
export function ListPage(props: ListProps) {
  const { base, query, clients, counts, names, mayManage } = props
  const total = STATUSES.reduce((sum, status) => sum + counts[status], 0)
  const hasApi = names.apis.some(({ isOwn }) => !isOwn)
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
        <FirstDay base={base} hasApi={hasApi} mayManage={mayManage} />
      ) : (
        <>
          <StatusStrip base={base} query={query} counts={counts} total={total} />
          <Tools {...props} />
          {clients.length > 0 ? <SelectableClients {...props} /> : <NothingFound {...props} />}
          <Pages {...props} />
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
      {label} <b>{numberInWords(count)}</b>
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

function Pages(props: ListProps) {
  const { base, query, previous, next } = props
  if (previous === null && next === null) return null
  const to = (cursor: string) => {
    const parts = new URLSearchParams(queryOf(query))
    if (cursor !== '') parts.set('cursor', cursor)
    return parts.size > 0 ? `${base}/clients?${parts.toString()}` : `${base}/clients`
  }
  return (
    <nav class="pager" aria-label="Pages">
      <span class="faint">{shownInWords(props)}</span>
      {previous !== null && (
        <a class="button" href={to(previous)} rel="prev">
          Previous
        </a>
      )}
      {next !== null && (
        <a class="button" href={to(next)} rel="next">
          Next
        </a>
      )}
    </nav>
  )
}

/** Says "so far" until the search is complete: what neither few have nor most takes several pages. */
function NothingFound({ base, query, next }: ListProps) {
  const none = { api: '', permission: '', role: '', tag: '', unused: '' } as const
  const everything = { ...none, status: null, q: '', sort: query.sort }
  const wasFiltered = isFiltered(query)
  return (
    <section class="card empty">
      <h2>{next === null ? 'No API client found' : 'No API client found yet'}</h2>
      <p>
        {next === null ? '' : 'Among the clients searched so far: '}
        {query.q ? (
          <>
            No client has “<bdi>{query.q}</bdi>” in its name, description, client ID, tags or key
            IDs
            {(query.status || isFiltered({ ...query, q: '' })) && ' and fits the other filters'}.
          </>
        ) : (
          `No client ${wasFiltered ? 'fits these filters' : 'has this status'}.`
        )}
      </p>
      <a class="button" href={listPath(base, everything)}>
        {wasFiltered ? 'Clear the search' : 'Show all'}
      </a>
    </section>
  )
}
