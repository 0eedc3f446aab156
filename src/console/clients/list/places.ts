import type { PagePosition } from '../../../domain/page.ts'
import type { ConsoleContext } from '../../kit/console-env.ts'

/** A page of the list: where it begins, and how many clients are before it. */
type Start = { after: PagePosition | null; skipped: number }

/**
 * A page with the starts of those before it, so that there is a way back: a position says what comes
 * next, and not what came before. All of it is in the signed cursor.
 */
export type Place = Start & { trail: Start[] }

/** A longer trail would not fit into an address. From further on the way back is to the first page. */
const TRAIL_MAX = 20

const FIRST: Place = { after: null, skipped: 0, trail: [] }

/** The place that the cursor names, if it is one of this list; otherwise its first page. */
export async function readPlace(c: ConsoleContext, list: unknown[]): Promise<Place> {
  const content = await c.var.deps.cursors.read(c.req.query('cursor') ?? '')
  const isOfList = Array.isArray(content) && JSON.stringify(content[0]) === JSON.stringify(list)
  return isOfList ? (content[1] as Place) : FIRST
}

/** The cursors of the pages beside a place that shows so many; null where there is none. */
export async function cursorsBeside(
  c: ConsoleContext,
  list: unknown[],
  place: Place,
  shown: number,
  next: PagePosition | null,
): Promise<{ previous: string | null; next: string | null }> {
  const write = (to: Place) => c.var.deps.cursors.write([list, to])
  const { after, skipped, trail } = place
  const here = { after, skipped }
  const onward = {
    after: next,
    skipped: skipped + shown,
    trail: [...trail, here].slice(-TRAIL_MAX),
  }
  const back = trail.at(-1)
  return {
    previous:
      after === null
        ? null
        : back?.after
          ? await write({ ...back, trail: trail.slice(0, -1) })
          : '',
    next: next === null ? null : await write(onward),
  }
}
