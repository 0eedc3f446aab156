import * as v from 'valibot'
import type { Names } from '../../../domain/catalogue.ts'
import type { Client } from '../../../domain/client.ts'
import type { ClientFilters, ClientQuery, ClientSort } from '../../../domain/clients.ts'
import { type ClientStatus, STATUSES } from '../../../domain/status.ts'
import { DAY, type Seconds } from '../../../domain/time.ts'
import { parse } from '../../../web/parse.ts'
import { searchText } from '../../../web/schemas.ts'
import type { ConsoleContext } from '../../kit/console-env.ts'
import type { Place } from './places.ts'

export const SORTS: [ClientSort, string][] = [
  ['attention', 'Needs attention first'],
  ['name', 'Name'],
  ['-created_at', 'Newest first'],
  ['expires_at', 'Expires soonest'],
  ['last_used_at', 'Least recently used'],
]

/** For how many days a client was not used. */
export const UNUSED_DAYS = ['30', '90', '180', '365'] as const

/** The state of the list, all of which is in the URL. An empty text filters nothing. */
export type ListQuery = {
  status: ClientStatus | null
  q: string
  /** An audience. */
  api: string
  permission: string
  /** A role's id. */
  role: string
  tag: string
  unused: '' | (typeof UNUSED_DAYS)[number]
  sort: ClientSort
}

export type ListProps = {
  base: string
  query: ListQuery
  clients: Client[]
  names: Names
  counts: Record<ClientStatus, number>
  now: Seconds
  place: Place
  previous: string | null
  next: string | null
  mayManage: boolean
}

const filter = v.optional(v.pipe(v.string(), v.trim(), searchText), '')

const schema = v.object({
  status: v.optional(v.picklist(STATUSES)),
  q: filter,
  api: v.optional(v.string(), ''),
  permission: filter,
  role: filter,
  tag: filter,
  unused: v.optional(v.picklist(['', ...UNUSED_DAYS]), ''),
  sort: v.optional(v.picklist(SORTS.map(([sort]) => sort)), 'attention'),
})

export function readListQuery(c: ConsoleContext): ListQuery {
  const { status = null, ...rest } = parse(c.req.query(), schema)
  return { status, ...rest }
}

/** Whether anything but the status narrows the list down. Its number of clients is not known then. */
export function isFiltered({ q, api, permission, role, tag, unused }: ListQuery): boolean {
  return [q, api, permission, role, tag, unused].some((text) => text !== '')
}

/** The same for storage, without a page. */
export function criteriaOf(query: ListQuery, now: Seconds): Omit<ClientQuery, 'limit' | 'after'> {
  const { status, q, api, permission, role, tag, unused, sort } = query
  const filters: ClientFilters = {
    ...(api !== '' && { audience: api }),
    ...(permission !== '' && { permission }),
    ...(role !== '' && { roleId: role }),
    ...(tag !== '' && { tag: tag.toLowerCase() }),
    ...(unused !== '' && { unusedSince: now - Number(unused) * DAY }),
  }
  return { status, q: q === '' ? null : q, sort, ...filters }
}

/** The list's query parameters, except those that have their defaults. */
export function queryOf({ status, sort, ...texts }: ListQuery): string {
  const parts = { status: status ?? '', ...texts, sort: sort === 'attention' ? '' : sort }
  return new URLSearchParams(Object.entries(parts).filter(([, text]) => text !== '')).toString()
}

export function listPath(base: string, query: ListQuery): string {
  const text = queryOf(query)
  return `${base}/clients${text && '?'}${text}`
}
