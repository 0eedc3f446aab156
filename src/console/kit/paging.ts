import type { Page, PagePosition } from '../../domain/page.ts'
import type { ConsoleContext } from './console-env.ts'

/** The number of rows on a page of a list. */
export const PAGE_SIZE = 50

/**
 * The position at which the page begins. A cursor is valid only for the list and filter in `list`;
 * with any other, or one signed by a removed key, the list starts from the beginning.
 */
export async function readCursor(c: ConsoleContext, list: unknown[]): Promise<PagePosition | null> {
  const content = await c.var.deps.cursors.read(c.req.query('cursor') ?? '')
  const isOfList = Array.isArray(content) && JSON.stringify(content[0]) === JSON.stringify(list)
  return isOfList ? (content[1] as PagePosition) : null
}

/** The cursor of the next page; null if there is none. */
export async function writeCursor(
  c: ConsoleContext,
  list: unknown[],
  next: PagePosition | null,
): Promise<string | null> {
  return next === null ? null : c.var.deps.cursors.write([list, next])
}

/** A page of a list that is short enough to be read as a whole, with the cursor of the next. */
export async function pageOfAll<T>(c: ConsoleContext, list: unknown[], all: T[]) {
  const after = await readCursor(c, list)
  const from = after?.[1] ?? 0
  const to = from + PAGE_SIZE
  const next = await writeCursor(c, list, to < all.length ? ['', to] : null)
  return { items: all.slice(from, to), next, later: after !== null }
}

const WHOLE_PAGE = 100

type PagedList<T> = { list(limit: number, after: PagePosition | null): Promise<Page<T>> }

/** A whole list for a form to choose from: an item that is missing could not stay chosen. */
export async function everyPage<T>(list: PagedList<T>): Promise<T[]> {
  const all: T[] = []
  let after: PagePosition | null = null
  do {
    const page: Page<T> = await list.list(WHOLE_PAGE, after)
    all.push(...page.items)
    after = page.next
  } while (after !== null)
  return all
}
