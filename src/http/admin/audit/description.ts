import { eventResponse } from '../../../web/event-response.ts'
import { conflict, type Description } from '../../reference/description.ts'
import { page } from '../shared/response.ts'
import {
  acceptanceSchema,
  auditEventListQuery,
  checkpointQuery,
  consistencyQuery,
  provenEventQuery,
  verificationQuery,
} from './requests.ts'
import {
  acceptedLogResponse,
  checkpointResponse,
  consistencyResponse,
  logVerdictResponse,
  provenEventResponse,
} from './response.ts'

const VERIFICATION = '/audit-events/verification'
const CLIENT_ID = 'client_7Hq2mXr9Tn4cVb1LwKs8Yd'

export const audit: Description = {
  tag: 'Audit events',
  about: 'Who did what, when and why.',
  responses: { AuditEvent: eventResponse },
  examples: {
    AuditEvent: {
      event_id: 'evt_3Wq8mZr1Tn0cVb7LwKs4Yd',
      at: '2026-09-02T08:00:00Z',
      action: 'client.suspended',
      actor: {
        type: 'administrator',
        id: 'administrator_3Wq8mZr1Tn0cVb7L',
        name: 'ada@example.com',
        removed: true,
      },
      client_id: CLIENT_ID,
      client_name: 'Nightly export',
      target: { type: 'client', id: CLIENT_ID, name: 'Nightly export' },
      reason: 'token in a public log',
      request_id: '7d0e5f1c2b3a4d5e',
    },
  },
  fields: {
    'AuditEvent.at': 'When it was committed.',
    'listAuditEvents.actor': 'An id, bootstrap or portcullis.',
    until: 'Exclusive of a moment, inclusive of a day (UTC).',
    removed: 'Gone; name is what it was called last.',
    changes: 'Each changed field, with what it was and is.',
  },
  operations: {
    'GET /audit-events': {
      id: 'listAuditEvents',
      does: 'List audit events',
      more: 'All filters combine. Newest first by commit, or order=asc. Names are there for clients:read.',
      query: auditEventListQuery,
      answers: { 200: { what: 'A page of events.', schema: page(eventResponse) } },
    },
    'GET /audit-events/checkpoint': {
      id: 'readAuditCheckpoint',
      does: 'Read a signed checkpoint of the audit log',
      more: 'The newest, or the one of this size: a C2SP tlog-checkpoint.',
      query: checkpointQuery,
      answers: { 200: { what: 'The checkpoint.', schema: checkpointResponse } },
      refusals: { 404: { shared: 'NotFound' } },
    },
    'GET /audit-events/proofs': {
      id: 'proveAuditEvents',
      does: 'List audit events with inclusion proofs',
      more: 'Oldest first, in the tree of the newest checkpoint, or the one of this size. An erased or missing event is null.',
      query: provenEventQuery,
      answers: { 200: { what: 'A page of events.', schema: page(provenEventResponse) } },
      refusals: { 404: { shared: 'NotFound' } },
    },
    'GET /audit-events/consistency': {
      id: 'proveAuditConsistency',
      does: 'Prove that the audit log was only continued',
      more: 'Between two sizes of its tree (RFC 6962); without to, up to the newest checkpoint.',
      query: consistencyQuery,
      answers: { 200: { what: 'The proof.', schema: consistencyResponse } },
      refusals: { 404: { shared: 'NotFound' } },
    },
    [`GET ${VERIFICATION}`]: {
      id: 'verifyAuditLog',
      does: 'Verify the audit log',
      more: 'Walks 10,000 events; next_cursor goes on from there.',
      query: verificationQuery,
      answers: { 200: { what: 'Whether it is intact so far.', schema: logVerdictResponse } },
    },
    [`POST ${VERIFICATION}`]: {
      id: 'acceptAuditLog',
      does: 'Accept the audit log as it is',
      more: 'After a restore: what it lacks is no longer asked of it. With broken_at, where it cannot be verified there (its key is lost): it is verified again from this acceptance on.',
      body: { schema: acceptanceSchema, optional: true },
      answers: { 200: { what: 'Where it is anchored.', schema: acceptedLogResponse } },
      refusals: conflict(
        'The denylist is still being compared with the database, or the log is not broken there.',
      ),
    },
  },
}
