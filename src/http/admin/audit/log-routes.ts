import { reAnchorAuditLog } from '../../../actions/audit/re-anchor-audit-log.ts'
import {
  BEGINNING,
  type LogPosition,
  type LogVerdict,
  verifyAuditLog,
} from '../../../actions/audit/verify-audit-log.ts'
import { isoTime } from '../../../domain/time.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { readOptionalJson } from '../shared/json.ts'
import { readCursor, readQuery } from '../shared/lists.ts'
import { type AdminRoute, adminRequest } from '../shared/route.ts'
import { verdictBody } from './body.ts'
import { acceptanceSchema, verificationQuery } from './requests.ts'
import type { AcceptedLogResponse } from './response.ts'

const LIST = ['audit-events/verification']

/** Pages verified in one request: 10,000 events. */
const PAGES = 20

async function verify(c: AppContext) {
  const { cursor } = readQuery(c, verificationQuery)
  const from = await readCursor(c, LIST, cursor)
  const position = from ? positionBy(String(from[0]), from[1]) : BEGINNING
  const verdict = await verifyAuditLog(c.var.deps, position, PAGES)
  return c.json(verdictBody(verdict, await cursorBehind(c, verdict)))
}

/** Where the verification goes on; null once it has seen all. */
function cursorBehind(c: AppContext, verdict: LogVerdict): Promise<string> | null {
  if (!verdict.intact || verdict.complete) return null
  const { seq, seal, acceptedUpTo = 0 } = verdict.position
  return c.var.deps.cursors.write([LIST, [`${acceptedUpTo} ${seal}`, seq]])
}

/** A cursor holds one text and one number. */
function positionBy(text: string, seq: number): LogPosition {
  const [acceptedUpTo, seal = ''] = text.split(' ')
  return { seq, seal, acceptedUpTo: Number(acceptedUpTo) || undefined }
}

async function accept(c: AppContext) {
  const { broken_at: brokenAt = null } = readOptionalJson(c, acceptanceSchema)
  const anchor = await reAnchorAuditLog(c.var.deps, adminRequest(c), brokenAt)
  const body: AcceptedLogResponse = { events: anchor.seq, anchored_at: isoTime(anchor.at) }
  return c.json(body)
}

const PATH = '/audit-events/verification'

export const auditLogRoutes: AdminRoute[] = [
  { method: 'GET', path: PATH, right: 'audit:read', handle: verify },
  { method: 'POST', path: PATH, right: 'person', handle: accept },
]
