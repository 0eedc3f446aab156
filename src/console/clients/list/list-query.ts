import type { ClientSort } from '../../../domain/clients.ts'
import * as v from 'valibot'
import type { Client } from '../../../domain/client.ts'
import type { Seconds } from '../../../domain/time.ts'
import { type ClientStatus, STATUSES } from '../../../domain/status.ts'
import { parse } from '../../../web/parse.ts'
import { searchText } from '../../../web/schemas.ts'
import type { ConsoleContext } from '../../kit/console-env.ts'

export const SORTS: [ClientSort, string][] = [
  ['attention', 'Needs attention first'],
  ['name', 'Name'],
  ['-created_at', 'Newest first'],
  ['expires_at', 'Expires soonest'],
]

/** The state of the list, all of which is in the URL. */
export type ListQuery = { status: ClientStatus | null; q: string; sort: ClientSort }

export type ListProps = {
  base: string
  query: ListQuery
  clients: Client[]
  counts: Record<ClientStatus, number>
  now: Seconds
  next: string | null
  /** Whether this is not the first page. */
  later: boolean
  mayManage: boolean
  /** Whether there is an API besides Portcullis itself. Asked for only while there is no client. */
  hasApi: boolean
}

const schema = v.object({
  status: v.optional(v.picklist(STATUSES)),
  q: v.optional(v.pipe(v.string(), v.trim(), searchText), ''),
  sort: v.optional(v.picklist(SORTS.map(([sort]) => sort)), 'attention'),
})

export function readListQuery(c: ConsoleContext): ListQuery {
  const { status = null, q, sort } = parse(c.req.query(), schema)
  return { status, q, sort }
}

/** The list's query parameters, except those that have their defaults. */
export function queryOf({ status, q, sort }: ListQuery): string {
  const parts = { status: status ?? '', q, sort: sort === 'attention' ? '' : sort }
  return new URLSearchParams(Object.entries(parts).filter(([, text]) => text !== '')).toString()
}

export function listPath(base: string, query: ListQuery): string {
  const text = queryOf(query)
  return `${base}/clients${text && '?'}${text}`
}
