import { expect } from 'vitest'
import { rowsOf, writeTable, WRITES } from './page.ts'

export const PAGE = 'docs/interop.md'
/** A library or gateway that was seen; `version` is null if this machine lacks it. */
export type Seen = { name: string; version: string | null; of: 'npm' | 'Debian'; cells: string[] }

/**
 * Writes a table of the page, or tells where it differs from what was seen. Debian's versions are as old as
 * the machine, and what a machine lacks stays as another saw it.
 */
export function checkTable(name: string, head: string[], seen: Seen[]): void {
  const before = rowsOf(PAGE, name)
  const rows = seen.map((one) => rowOf(one, before.get(one.name)))
  writeTable(PAGE, name, head, rows)
  expect([...rowsOf(PAGE, name).values()]).toEqual(rows)
}

function rowOf({ name, version, of, cells }: Seen, before: string[] | undefined): string[] {
  if (version === null) return before ?? [name, 'not run', ...cells.map(() => '')]
  const shown = of === 'Debian' && !WRITES ? (before?.[1] ?? version) : version
  return [name, shown, ...cells]
}
