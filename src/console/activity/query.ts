import * as v from 'valibot'
import { AUDIT_ACTIONS, type AuditAction, type AuditQuery } from '../../domain/audit.ts'
import { DAY, type Seconds, startOfDate } from '../../domain/time.ts'
import { parse } from '../../web/parse.ts'
import type { ConsoleContext } from '../kit/console-env.ts'

/** The state of the page, all of which is in the URL. An empty text filters nothing. */
export type ActivityQuery = {
  clientId: string
  action: AuditAction | ''
  /** The id of who acted. */
  actor: string
  /** The first and the last day in UTC. */
  since: string
  until: string
  order: 'desc' | 'asc'
}

const id = v.pipe(v.optional(v.string(), ''), v.trim(), v.maxLength(200, 'is not an ID'))

const day = v.pipe(
  v.optional(v.string(), ''),
  v.check((text) => text === '' || startOfDate(text) !== null, 'must be a date: 2026-11-26'),
)

// A form sends its empty fields too.
const schema = v.object({
  client_id: id,
  action: v.optional(v.picklist(['', ...AUDIT_ACTIONS]), ''),
  actor: id,
  since: day,
  until: day,
  order: v.optional(v.picklist(['desc', 'asc']), 'desc'),
})

export function readActivityQuery(c: ConsoleContext): ActivityQuery {
  const { client_id, ...rest } = parse(c.req.query(), schema)
  return { clientId: c.req.param('client_id') ?? client_id, ...rest }
}

/** The same for storage, without a page. */
export function criteriaOf(query: ActivityQuery): Omit<AuditQuery, 'limit' | 'after'> {
  const { clientId, action, actor, order } = query
  return {
    clientId: clientId || null,
    action: action || null,
    actorId: actor || null,
    since: startOfDate(query.since),
    until: endOf(query.until),
    isOldestFirst: order === 'asc',
  }
}

function endOf(date: string): Seconds | null {
  const start = startOfDate(date)
  return start === null ? null : start + DAY
}

/** The filter as a query string, for links to the next page and the exports. */
export function queryText(query: ActivityQuery, withClient = true): string {
  const { clientId, order, ...texts } = query
  const parts = {
    client_id: withClient ? clientId : '',
    ...texts,
    order: order === 'desc' ? '' : order,
  }
  return new URLSearchParams(Object.entries(parts).filter(([, text]) => text !== '')).toString()
}

/** Whether anything narrows the events down, besides the client whose page it is. */
export function isFiltered(query: ActivityQuery, ofClient: boolean): boolean {
  const { clientId, action, actor, since, until } = query
  return [ofClient ? '' : clientId, action, actor, since, until].some((text) => text !== '')
}
