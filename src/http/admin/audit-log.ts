import * as v from 'valibot'
import { reAnchorAuditLog } from '../../actions/audit/re-anchor-audit-log.ts'
import {
  BEGINNING,
  type LogPosition,
  type LogVerdict,
  verifyAuditLog,
} from '../../actions/audit/verify-audit-log.ts'
import { isoTime } from '../../domain/time.ts'
import type { AppContext } from '../../web/app-env.ts'
import { readOptionalJson } from './json.ts'
import { pageFields, readCursor, readQuery } from './lists.ts'
import { type AdminRoute, adminRequest } from './route.ts'

const LIST = ['audit-events/verification']

/** Pages verified in one request: 10,000 events. */
const PAGES = 20

export const verificationQuery = v.strictObject({ cursor: pageFields.cursor })

async function verify(c: AppContext) {
  const { cursor } = readQuery(c, verificationQuery)
  const from = await readCursor(c, LIST, cursor)
  const position = from ? positionBy(String(from[0]), from[1]) : BEGINNING
  return c.json(await verdictBody(c, await verifyAuditLog(c.var.deps, position, PAGES)))
}

async function verdictBody(c: AppContext, verdict: LogVerdict) {
  if (!verdict.intact) {
    return { intact: false, broken_at: verdict.brokenAt, reason: verdict.why, next_cursor: null }
  }
  const { seq, seal, acceptedUpTo = 0 } = verdict.position
  const text = `${acceptedUpTo} ${seal}`
  const next = verdict.complete ? null : await c.var.deps.cursors.write([LIST, [text, seq]])
  return {
    intact: true,
    complete: verdict.complete,
    events: seq,
    accepted_up_to: acceptedUpTo || null,
    next_cursor: next,
  }
}

/** A cursor holds one text and one number. */
function positionBy(text: string, seq: number): LogPosition {
  const [acceptedUpTo, seal = ''] = text.split(' ')
  return { seq, seal, acceptedUpTo: Number(acceptedUpTo) || undefined }
}

/** `broken_at`: a break to accept, besides what the log lacks. */
export const acceptanceSchema = v.strictObject({
  broken_at: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
})

async function accept(c: AppContext) {
  const { broken_at: brokenAt = null } = readOptionalJson(c, acceptanceSchema)
  const anchor = await reAnchorAuditLog(c.var.deps, adminRequest(c), brokenAt)
  return c.json({ events: anchor.seq, anchored_at: isoTime(anchor.at) })
}

const PATH = '/audit-events/verification'

export const auditLogRoutes: AdminRoute[] = [
  { method: 'GET', path: PATH, right: 'audit:read', handle: verify },
  { method: 'POST', path: PATH, right: 'person', handle: accept },
]
