import * as v from 'valibot'
import { acceptLog } from '../../actions/accept-log.ts'
import { BEGINNING, type LogVerdict, verifyAuditLog } from '../../actions/verify-audit-log.ts'
import { isoTime } from '../../domain/time.ts'
import type { DoorContext } from '../../web/door.ts'
import { readOptionalJson } from './json.ts'
import { pageFields, readCursor, readQuery } from './lists.ts'
import { type AdminRoute, adminRequest } from './route.ts'
import { emptySchema } from '../../web/schemas.ts'

const LIST = ['audit-events/verification']

/** Pages of one request: 10,000 events. */
const PAGES = 20

export const verificationQuery = v.strictObject({ cursor: pageFields.cursor })

async function verify(c: DoorContext) {
  const { cursor } = readQuery(c, verificationQuery)
  const from = await readCursor(c, LIST, cursor)
  const position = from ? { seq: from[1], seal: String(from[0]) } : BEGINNING
  return c.json(await verdictBody(c, await verifyAuditLog(c.var.deps, position, PAGES)))
}

async function verdictBody(c: DoorContext, verdict: LogVerdict) {
  if (!verdict.intact) {
    return { intact: false, broken_at: verdict.brokenAt, reason: verdict.why, next_cursor: null }
  }
  const { seq, seal } = verdict.position
  const next = verdict.complete ? null : await c.var.deps.cursors.write([LIST, [seal, seq]])
  return { intact: true, complete: verdict.complete, events: seq, next_cursor: next }
}

async function accept(c: DoorContext) {
  readOptionalJson(c, emptySchema)
  const anchor = await acceptLog(c.var.deps, adminRequest(c))
  return c.json({ events: anchor.seq, anchored_at: isoTime(anchor.at) })
}

const PATH = '/audit-events/verification'

export const auditLogRoutes: AdminRoute[] = [
  { method: 'GET', path: PATH, right: 'audit:read', handle: verify },
  { method: 'POST', path: PATH, right: 'person', handle: accept },
]
