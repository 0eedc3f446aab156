import { type AuditEvent, namedIn, type KnownNames } from '../../../domain/audit.ts'
import { hasRight } from '../../../domain/authority.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { eventBody } from '../../../web/event-body.ts'
import { pageBody, readCursor, readQuery } from '../shared/lists.ts'
import type { AdminRoute } from '../shared/route.ts'
import { auditEventListQuery } from './requests.ts'

async function list(c: AppContext) {
  const { limit, cursor, order, ...given } = readQuery(c, auditEventListQuery)
  const { client_id: clientId = null, action = null, actor: actorId = null } = given
  const { since = null, until = null } = given
  // A cursor of an earlier release goes on where none of the newer filters is given.
  const newer = [actorId, since, until, order]
  const isOlder = order === 'desc' && newer.slice(0, 3).every((filter) => filter === null)
  const list = ['audit-events', clientId, action, ...(isOlder ? [] : newer)]
  const after = (await readCursor(c, list, cursor))?.[1] ?? null
  const events = await c.var.deps.auditEvents.list({
    clientId,
    action,
    actorId,
    since,
    until,
    after,
    isOldestFirst: order === 'asc',
    limit: limit + 1,
  })
  const shown = events.slice(0, limit)
  const names = await namesFor(c, shown)
  const last = shown.at(-1)
  const next = events.length > limit && last ? ([last.at, last.seq] as [number, number]) : null
  const data = shown.map((event) => eventBody(event, names))
  return c.json(await pageBody(c, list, data, next))
}

/** The names of clients, APIs, roles and administrators, for a caller who may list these. */
async function namesFor(c: AppContext, events: AuditEvent[]): Promise<KnownNames | undefined> {
  if (events.length === 0 || !hasRight(c.var.principal, 'clients:read')) return undefined
  return c.var.deps.auditEvents.names(namedIn(events))
}

export const auditEventRoutes: AdminRoute[] = [
  { method: 'GET', path: '/audit-events', right: 'audit:read', handle: list },
]
