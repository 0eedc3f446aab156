import type { PagePosition } from '../../../domain/page.ts'
import * as v from 'valibot'
import { invalidField } from '../../../domain/errors.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { parse } from '../../../web/parse.ts'
import type { PageResponse } from './response.ts'

const LIMIT_DEFAULT = '50'

const limit = v.pipe(
  v.optional(v.string(), LIMIT_DEFAULT),
  v.regex(/^[1-9]\d{0,2}$/, 'must be a whole number from 1 to 100'),
  v.transform(Number),
  v.maxValue(100, 'must be a whole number from 1 to 100'),
)

/** The parameters of every list. */
export const pageFields = { limit, cursor: v.optional(v.string()) }

export const pageSchema = v.strictObject(pageFields)

/** Reads a query string by its schema: each parameter once, none unknown. */
export function readQuery<S extends v.GenericSchema>(c: AppContext, schema: S): v.InferOutput<S> {
  const values = Object.entries(c.req.queries())
  const repeated = values.find(([, list]) => list.length > 1)
  if (repeated) throw invalidField(repeated[0], 'must not be repeated')
  return parse(Object.fromEntries(values.map(([name, list]) => [name, list[0]])), schema)
}

/**
 * Where the page begins. A cursor belongs to the list and filter it was made for: `list` names
 * them.
 */
export async function readCursor(
  c: AppContext,
  list: unknown[],
  cursor: string | undefined,
): Promise<PagePosition | null> {
  if (cursor === undefined) return null
  const content = await c.var.deps.cursors.read(cursor)
  const isOfList = Array.isArray(content) && JSON.stringify(content[0]) === JSON.stringify(list)
  if (!isOfList) throw invalidField('cursor', 'is no cursor of this list')
  return content[1] as PagePosition
}

export async function pageBody<T extends object>(
  c: AppContext,
  list: unknown[],
  data: T[],
  next: PagePosition | null,
): Promise<PageResponse<T>> {
  const cursor = next === null ? null : await c.var.deps.cursors.write([list, next])
  return { data, next_cursor: cursor }
}

/** A page of a list short enough to read whole. */
export async function shortListBody<T extends object>(c: AppContext, list: unknown[], data: T[]) {
  const { limit, cursor } = readQuery(c, pageSchema)
  const from = (await readCursor(c, list, cursor))?.[1] ?? 0
  const to = from + limit
  return pageBody(c, list, data.slice(from, to), to < data.length ? ['', to] : null)
}
