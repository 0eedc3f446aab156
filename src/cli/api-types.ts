import type {
  AttentionResponse,
  ClientResponse,
  SecretResponse,
} from '../http/admin/clients/response.ts'
import type { PageResponse } from '../http/admin/shared/response.ts'
import type { EventResponse } from '../web/event-response.ts'

// The types of the server's response schemas, and nothing else of it.

export type SecretBody = SecretResponse
export type AttentionBody = AttentionResponse
export type EventBody = EventResponse
export type PageBody<T> = PageResponse<T>

/** A server of an earlier release has no tags. */
export type ClientBody = Omit<ClientResponse, 'tags'> & Partial<Pick<ClientResponse, 'tags'>>
