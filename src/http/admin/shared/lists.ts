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

/** A filter that is compared as it is. */
export const filterText = v.pipe(
  v.string(),
  v.nonEmpty('must not be empty'),
  v.maxLength(500, 'is too long'),
)

/** The parameters of a list of APIs or of roles. */
export const permissionListQuery = v.strictObject({
  audience: v.optional(filterText),
  permission: v.optional(filterText),
  ...pageFields,
})

type PermissionQuery = v.InferOutput<typeof permissionListQuery>

/** The list that a cursor belongs to; without a filter, as in earlier releases. */
export function permissionListOf(name: string, { audience, permission }: PermissionQuery) {
  const isFiltered = audience !== undefined || permission !== undefined
  return isFiltered ? [name, audience ?? null, permission ?? null] : [name]
}

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
  if (!isOfList) throw invalidField('cursor', 'is not a cursor of this list')
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

/**
 * A page of a list short enough to read whole, in the order of creation or against it. It goes on
 * after the last item of the page before, so that what was deleted meanwhile shifts nothing.
 */
export async function shortListBody<T extends { created_at: string }>(
  c: AppContext,
  list: unknown[],
  data: T[],
  idOf: (item: T) => string,
) {
  const { limit, cursor } = readQuery(c, pageSchema)
  const after = await readCursor(c, list, cursor)
  const from = after === null ? 0 : indexBehind(after, data, idOf)
  const shown = data.slice(from, from + limit)
  const last = from + limit < data.length ? shown.at(-1) : undefined
  const next: PagePosition | null = last ? [`${last.created_at} ${idOf(last)}`, 0] : null
  return pageBody(c, list, shown, next)
}

/** Where the last item is gone, from its second on: one may come twice, but none is left out. */
function indexBehind<T extends { created_at: string }>(
  [text, index]: PagePosition,
  data: T[],
  idOf: (item: T) => string,
): number {
  const [at = '', id] = String(text).split(' ')
  // A cursor of an earlier release has the index alone.
  if (id === undefined) return index
  const last = data.findIndex((item) => idOf(item) === id)
  if (last !== -1) return last + 1
  const isNewestFirst = (data[0]?.created_at ?? '') > (data.at(-1)?.created_at ?? '')
  const isLater = (item: T) => (isNewestFirst ? item.created_at <= at : item.created_at >= at)
  const next = data.findIndex(isLater)
  return next === -1 ? data.length : next
}
