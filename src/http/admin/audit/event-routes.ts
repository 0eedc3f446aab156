import type { AppContext } from '../../../web/app-env.ts'
import { eventBody } from '../../../web/event-body.ts'
import { pageBody, readCursor, readQuery } from '../shared/lists.ts'
import type { AdminRoute } from '../shared/route.ts'
import { auditEventListQuery } from './requests.ts'

async function list(c: AppContext) {
  const {
    client_id: clientId = null,
    action = null,
    limit,
    cursor,
  } = readQuery(c, auditEventListQuery)
  const list = ['audit-events', clientId, action]
  const after = (await readCursor(c, list, cursor))?.[1] ?? null
  const events = await c.var.deps.auditEvents.list({ clientId, action, limit: limit + 1, after })
  const shown = events.slice(0, limit)
  const last = shown.at(-1)
  const next = events.length > limit && last ? ([last.at, last.seq] as [number, number]) : null
  return c.json(await pageBody(c, list, shown.map(eventBody), next))
}

export const auditEventRoutes: AdminRoute[] = [
  { method: 'GET', path: '/audit-events', right: 'audit:read', handle: list },
]
