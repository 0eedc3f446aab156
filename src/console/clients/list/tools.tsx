import { NAME_MAX } from '../../../domain/client-details.ts'
import { STATUSES } from '../../../domain/status.ts'
import { type FilterOption, FilterSelect } from '../../kit/filter-select.tsx'
import { numberInWords } from '../../kit/words.ts'
import { isFiltered, type ListProps, SORTS, UNUSED_DAYS } from './list-query.ts'

/** A search and the filters, in one row; beside them how many clients are shown. */
export function Tools(props: ListProps) {
  const { base, query, names } = props
  const apis = names.apis.map(({ audience, name }): FilterOption => [audience, name])
  const roles = names.roles.map(({ roleId, name }): FilterOption => [roleId, name])
  const unused = UNUSED_DAYS.map((days): FilterOption => [days, `Unused for ${days} days`])
  return (
    <form class="tools" action={`${base}/clients`} role="search">
      {query.status && <input type="hidden" name="status" value={query.status} />}
      <input
        name="q"
        type="search"
        value={query.q}
        maxlength={NAME_MAX * 2}
        placeholder="Name, description, client ID, tag, key ID"
        aria-label="Search API clients"
      />
      <div class="filters">
        <FilterSelect name="api" label="API" none="Any API" options={apis} value={query.api} />
        <FilterSelect name="role" label="Role" none="Any role" options={roles} value={query.role} />
        <FilterSelect
          name="unused"
          label="Last use"
          none="Any use"
          options={unused}
          value={query.unused}
        />
        <input
          name="permission"
          value={query.permission}
          placeholder="Permission"
          aria-label="Permission"
          size={12}
        />
        <input name="tag" value={query.tag} placeholder="Tag" aria-label="Tag" size={8} />
        <FilterSelect name="sort" label="Order" options={SORTS} value={query.sort} />
      </div>
      <button type="submit">Search</button>
      <span class="count faint">{shownInWords(props)}</span>
    </form>
  )
}

/** `1–50 of 60`; how many fit a filter is not known, because counting them would read them all. */
export function shownInWords({ query, clients, counts, place }: ListProps): string {
  const shown = clients.length
  if (isFiltered(query)) return `${shown} shown`
  const all = STATUSES.reduce((sum, status) => sum + counts[status], 0)
  const last = place.skipped + shown
  const total = Math.max(query.status ? counts[query.status] : all, last)
  if (shown === 0) return `0 of ${numberInWords(total)}`
  return `${numberInWords(place.skipped + 1)}–${numberInWords(last)} of ${numberInWords(total)}`
}
