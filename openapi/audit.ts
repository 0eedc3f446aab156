import { auditEventListQuery } from '../src/http/admin/audit-events.ts'
import { acceptanceSchema, verificationQuery } from '../src/http/admin/audit-log.ts'
import { acceptedLog, auditEvent, logVerdict, page } from './answers.ts'
import { conflict, type Operations } from './operation.ts'

const VERIFICATION = '/audit-events/verification'

export const auditOperations: Operations = {
  'GET /audit-events': {
    id: 'listAuditEvents',
    does: 'List audit events, newest first',
    query: auditEventListQuery,
    answers: { 200: { what: 'A page of events.', schema: page(auditEvent) } },
  },
  [`GET ${VERIFICATION}`]: {
    id: 'verifyAuditLog',
    does: 'Verify the audit log',
    more: 'Walks 10,000 events; next_cursor goes on from there.',
    query: verificationQuery,
    answers: { 200: { what: 'Whether it is intact so far.', schema: logVerdict } },
  },
  [`POST ${VERIFICATION}`]: {
    id: 'acceptAuditLog',
    does: 'Accept the audit log as it is',
    more: 'After a restore: what it lacks is no longer asked of it. Not before the denylist was compared with the database: /health says how far that is. With broken_at, where the log cannot be verified there (its key is lost): it is verified again from this acceptance on.',
    body: { schema: acceptanceSchema, optional: true },
    answers: { 200: { what: 'Where it is anchored.', schema: acceptedLog } },
    refusals: conflict(
      'The denylist is still being compared with the database, or the log is not broken there.',
    ),
  },
}
