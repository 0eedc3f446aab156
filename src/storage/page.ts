import type { Page, PagePosition } from '../domain/page.ts'

/**
 * Makes a page from one row more than it holds: the extra row shows whether there is a next page.
 */
export function pageOf<Row, Item>(
  rows: Row[],
  limit: number,
  toItem: (row: Row) => Item,
  positionOf: (row: Row) => PagePosition,
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const next = rows.length > limit && last ? positionOf(last) : null
  return { items: shown.map(toItem), next }
}
