import type { FilterProps } from './filter.tsx'
import { type ActivityQuery, isFiltered, queryText } from './query.ts'

/** Says how to find more: without the dates first, then without any filter. */
export function NoEvents({ path, query, ofClient }: FilterProps) {
  const { since, until } = query
  const hasDates = since !== '' || until !== ''
  const isBackwards = until !== '' && since > until
  const linkTo = (other: ActivityQuery) => {
    const text = queryText(other, !ofClient)
    return `${path}${text && '?'}${text}`
  }
  if (!isFiltered(query, ofClient)) return <p class="empty">No events yet.</p>
  return (
    <div class="empty">
      <h2>No matching events</h2>
      <p>
        {isBackwards
          ? 'The first day is after the last one. Swap the two.'
          : `No event fits all of these filters.${hasDates ? ' Days are days in UTC.' : ''}`}
      </p>
      <div class="actions">
        {hasDates && (
          <a class="button" href={linkTo({ ...query, since: '', until: '' })}>
            Search any time
          </a>
        )}
        <a class="button" href={path}>
          Clear the filters
        </a>
      </div>
    </div>
  )
}
