import type { Client } from '../../domain/client.ts'
import type { Seconds } from '../../domain/time.ts'
import type { TokenCount } from '../../domain/token-counts.ts'
import { Pager } from '../kit/pager.tsx'
import { type EventRowsProps, EventTable } from './event-rows.tsx'
import { Figures } from './figures.tsx'
import { Filter, type FilterProps } from './filter.tsx'
import { NoEvents } from './no-events.tsx'
import { queryText } from './query.ts'
import { WhichClient } from './which-client.tsx'

export type ActivityProps = EventRowsProps &
  FilterProps & {
    now: Seconds
    /** Null except on the first page. */
    counts: TokenCount[] | null
    next: string | null
    later: boolean
    /** Clients of which one may be meant, where no events are of what was typed. */
    called?: Client[]
  }

/** The activity of all clients or of one: token figures and events. */
export function Activity(props: ActivityProps) {
  const { path, query, counts, now, next, later, ofClient, called = [] } = props
  return (
    <>
      {counts && called.length === 0 && <Figures counts={counts} now={now} />}
      <Filter {...props} />
      <section class="card">
        {props.events.length > 0 && <EventTable {...props} />}
        {props.events.length === 0 && called.length === 0 && <NoEvents {...props} />}
        {called.length > 0 && <WhichClient path={path} query={query} called={called} />}
      </section>
      <Pager path={path} query={queryText(query, !ofClient)} next={next} later={later} />
    </>
  )
}
