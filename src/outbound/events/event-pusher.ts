import type { EventPusher } from '../../domain/event-stream.ts'
import { posted, TIMEOUT_MS } from './events-webhook.ts'

/** Pushes security event tokens (RFC 8935 §2): any 2xx accepts one, and nothing of an answer is read. */
export const eventPusher: EventPusher = {
  send({ url, authorization, token }) {
    const headers = {
      'Content-Type': 'application/secevent+jwt',
      Accept: 'application/json',
      ...(authorization !== null && { Authorization: authorization }),
    }
    return posted({ url, headers, body: token, timeout: TIMEOUT_MS })
  },
}
