import { deliveredBy, type EventStream, VERIFICATION_INTERVAL } from '../../domain/event-stream.ts'
import { EVENT_TYPES } from '../../domain/security-event.ts'
import { POLL, PUSH } from './requests.ts'
import type { StreamResponse, StreamStatusResponse, TransmitterResponse } from './response.ts'

/** SSF 1.0 §7.1; `issuer` is that of the tokens. */
export function transmitterMetadata(issuer: string): TransmitterResponse {
  const base = `${issuer}/ssf`
  return {
    spec_version: '1_0',
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    delivery_methods_supported: [PUSH, POLL],
    configuration_endpoint: `${base}/streams`,
    status_endpoint: `${base}/status`,
    add_subject_endpoint: `${base}/subjects/add`,
    remove_subject_endpoint: `${base}/subjects/remove`,
    verification_endpoint: `${base}/verification`,
    authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }],
    default_subjects: 'ALL',
  }
}

/** SSF 1.0 §8.1.1. The receiver's `authorization_header` is never shown. */
export function streamBody(issuer: string, stream: EventStream): StreamResponse {
  const { streamId, endpointUrl, requested, description } = stream
  return {
    stream_id: streamId,
    iss: issuer,
    aud: stream.clientId,
    delivery:
      endpointUrl === null
        ? { method: POLL, endpoint_url: `${issuer}/ssf/poll/${streamId}` }
        : { method: PUSH, endpoint_url: endpointUrl },
    events_supported: [...EVENT_TYPES],
    ...(requested && { events_requested: requested }),
    events_delivered: deliveredBy(stream),
    min_verification_interval: VERIFICATION_INTERVAL,
    ...(description !== null && { description }),
  }
}

export function statusBody({ streamId, status, reason }: EventStream): StreamStatusResponse {
  return { stream_id: streamId, status, ...(reason !== null && { reason }) }
}
