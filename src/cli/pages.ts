import type { Admin } from './admin.ts'
import { usageFailure } from './failure.ts'
import { unexpectedAnswer } from './http.ts'
import { progressLine } from './progress.ts'
import type { PageBody } from './api-types.ts'

const PAGE = 100
const DEFAULT_LIMIT = 50

export const pagingOptions = {
  limit: {
    type: 'string',
    valueHint: 'N',
    description: `At most this many (default ${DEFAULT_LIMIT})`,
  },
  all: { type: 'boolean', description: 'All of them' },
  progress: {
    type: 'boolean',
    description: 'Show the progress line even if standard error is not a terminal',
  },
} as const

export type Paging = { limit: string | undefined; all: boolean; progress: boolean }
export const EVERYTHING: Paging = { limit: undefined, all: true, progress: false }
export type Listing<T> = { items: T[]; isCut: boolean }

function readLimit({ limit, all }: Pick<Paging, 'limit' | 'all'>): number {
  if (all && limit !== undefined) throw usageFailure('--limit and --all exclude each other.')
  if (all) return Number.POSITIVE_INFINITY
  if (limit === undefined) return DEFAULT_LIMIT
  if (!/^[1-9]\d{0,6}$/.test(limit))
    throw usageFailure(`--limit "${limit}" is not a number from 1 to 9999999.`)
  return Number(limit)
}

/** Follows `next_cursor` until there is enough; `what` is the noun of the progress line. */
export async function readPages<T>(
  admin: Admin,
  path: string,
  filter: Record<string, string | undefined>,
  paging: Paging,
  what: string,
): Promise<Listing<T>> {
  const most = readLimit(paging)
  const progress = progressLine(paging.progress)
  const items: T[] = []
  const newCursor = cursorsOf(admin)
  let cursor: string | null = null
  try {
    do {
      // A list of one page is shown without a progress line.
      if (cursor !== null) progress.show(`Fetched ${items.length} ${what}...`)
      const limit = String(Math.min(PAGE, most - items.length))
      const query = queryOf({ ...filter, limit, cursor: cursor ?? undefined })
      const page = (await admin.request('GET', `${path}?${query}`)).body as PageBody<T>
      items.push(...page.data)
      cursor = newCursor(page.next_cursor)
    } while (cursor !== null && items.length < most)
  } finally {
    progress.clear()
  }
  return { items, isCut: cursor !== null }
}

/** Lets each cursor pass once: a server that sent one again would be asked for ever. */
export function cursorsOf({ issuer }: Admin) {
  const seen = new Set<string>()
  return (cursor: string | null): string | null => {
    if (cursor === null) return null
    if (typeof cursor !== 'string' || seen.has(cursor)) throw unexpectedAnswer(issuer)
    seen.add(cursor)
    return cursor
  }
}

function queryOf(fields: Record<string, string | undefined>): string {
  const given = Object.entries(fields).filter(
    (field): field is [string, string] => field[1] !== undefined,
  )
  return new URLSearchParams(given).toString()
}
