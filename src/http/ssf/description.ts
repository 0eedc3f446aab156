import * as v from 'valibot'
import { type Description, GONE } from '../reference/description.ts'
import {
  creationSchema,
  deliverySchema,
  pollSchema,
  POLL,
  PUSH,
  statusSchema,
  subjectSchema,
  updateSchema,
  verificationSchema,
} from './requests.ts'
import {
  polledResponse,
  streamErrorResponse,
  streamResponse,
  streamStatusResponse,
} from './response.ts'

const STREAM_ID = 'stream_3Wq8mZr1Tn0cVb7LwKs4Yd'
const EVENT_ID = 'evt_3Wq8mZr1Tn0cVb7LwKs4Yd.0'
const REVOKED = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'

const ofStream = v.strictObject({ stream_id: v.string() })
const STREAM = { 200: { what: 'The stream.', schema: streamResponse } }
const STATUS = { 200: { what: 'Its status.', schema: streamStatusResponse } }
const DONE = { what: 'Done.' }

export const streams: Description = {
  tag: 'Security events',
  about: 'For receivers (OpenID SSF 1.0, docs/security-events.md), where SECURITY_EVENTS is on.',
  requests: {
    NewStream: creationSchema,
    StreamChange: updateSchema,
    NewDelivery: deliverySchema,
    SubjectChange: subjectSchema,
  },
  responses: {
    Stream: streamResponse,
    StreamStatus: streamStatusResponse,
    StreamError: streamErrorResponse,
  },
  examples: {
    Stream: {
      stream_id: STREAM_ID,
      iss: 'https://issuer.invalid',
      aud: 'client_7Hq2mXr9Tn4cVb1LwKs8Yd',
      delivery: {
        method: POLL,
        endpoint_url: `https://issuer.invalid/ssf/poll/${STREAM_ID}`,
      },
      events_supported: [REVOKED],
      events_delivered: [REVOKED],
      min_verification_interval: 60,
    },
  },
  fields: {
    authorization_header: 'Sent with each push; left out, it stays for the same URL. Never shown.',
    events_requested: 'Null: all. Unknown ones are ignored.',
    ack: 'Tokens that arrived, by jti.',
    setErrs: 'Tokens that cannot be taken, by jti; they are not sent again.',
    maxEvents: '50 at most.',
    sets: 'Tokens (RFC 8417) by jti, sent until they are acknowledged.',
  },
  operations: {
    'GET /ssf/streams': {
      id: 'readStream',
      does: 'Read the stream of the receiver',
      more: 'SSF 1.0 §8.1.1.2.',
      query: v.strictObject({ stream_id: v.optional(v.string()) }),
      answers: {
        200: {
          what: 'The stream; without stream_id a list of one or none.',
          schema: v.union([streamResponse, v.array(streamResponse)]),
        },
      },
    },
    'POST /ssf/streams': {
      id: 'createStream',
      does: 'Create a stream',
      more: 'SSF 1.0 §8.1.1.1. It tells of all clients from now on.',
      body: {
        schema: creationSchema,
        examples: [{ delivery: { method: PUSH, endpoint_url: 'https://siem.example.com/events' } }],
      },
      answers: { 201: { what: 'The stream.', schema: streamResponse } },
      refusals: { 409: { shared: 'StreamConflict' } },
    },
    'PATCH /ssf/streams': {
      id: 'updateStream',
      does: 'Change a stream',
      more: 'SSF 1.0 §8.1.1.3. What is left out stays.',
      body: { schema: updateSchema },
      answers: STREAM,
    },
    'PUT /ssf/streams': {
      id: 'replaceStream',
      does: 'Replace a stream',
      more: 'SSF 1.0 §8.1.1.4. What is left out is as in a new stream.',
      body: { schema: updateSchema },
      answers: STREAM,
    },
    'DELETE /ssf/streams': {
      id: 'deleteStream',
      does: 'Delete a stream',
      more: 'SSF 1.0 §8.1.1.5.',
      query: ofStream,
      answers: GONE,
    },
    'GET /ssf/status': {
      id: 'readStreamStatus',
      does: 'Read the status of a stream',
      more: 'SSF 1.0 §8.1.2.1.',
      query: ofStream,
      answers: STATUS,
    },
    'POST /ssf/status': {
      id: 'setStreamStatus',
      does: 'Set the status of a stream',
      more: 'SSF 1.0 §8.1.2.2. paused: events wait; disabled: they are not sent later.',
      body: { schema: statusSchema },
      answers: STATUS,
    },
    'POST /ssf/subjects/add': {
      id: 'addSubject',
      does: 'Have a stream tell of a client again',
      more: 'SSF 1.0 §8.1.3.2.',
      body: { schema: subjectSchema },
      answers: { 200: DONE },
    },
    'POST /ssf/subjects/remove': {
      id: 'removeSubject',
      does: 'Have a stream tell no more of a client',
      more: 'SSF 1.0 §8.1.3.3.',
      body: { schema: subjectSchema },
      answers: { 204: DONE },
      refusals: {
        409: { shared: 'StreamConflict', when: '1,000 clients are removed already.' },
      },
    },
    'POST /ssf/verification': {
      id: 'verifyStream',
      does: 'Have a verification event sent',
      more: 'SSF 1.0 §8.1.4.2.',
      body: { schema: verificationSchema },
      answers: { 204: DONE },
      refusals: { 429: { shared: 'StreamTooOften' } },
    },
    'POST /ssf/poll/{stream_id}': {
      id: 'pollStream',
      does: 'Poll a stream',
      more: 'RFC 8936 §2.2. It answers at once.',
      body: { schema: pollSchema, examples: [{ ack: [EVENT_ID] }] },
      answers: { 200: { what: 'What is not acknowledged.', schema: polledResponse } },
    },
  },
}
