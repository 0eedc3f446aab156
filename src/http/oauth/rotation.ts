import type { RotatedSecret } from '../../actions/clients/rotate-secret.ts'
import { Refusal } from '../../domain/errors.ts'
import { endOf, OVERLAP_MAX } from '../../domain/secret.ts'
import type { Seconds } from '../../domain/time.ts'
import type { Form } from './form.ts'
import type { RotatedResponse } from './response.ts'

/** How long the secret used keeps working: a day, unless the request asks for less. */
export function readOverlap(form: Form): Seconds {
  const text = form.one('overlap') ?? String(OVERLAP_MAX)
  const overlap = /^\d{1,6}$/.test(text) ? Number(text) : Infinity
  if (overlap <= OVERLAP_MAX) return overlap
  throw new Refusal(
    'invalid_request',
    `overlap must be a whole number of seconds from 0 to ${OVERLAP_MAX}.`,
  )
}

/** Named as in a registration (RFC 7591 §3.2.1): times are seconds since 1970. */
export function rotatedBody({ clientId, secret, text, previous }: RotatedSecret): RotatedResponse {
  return {
    client_id: clientId,
    client_secret: text,
    client_secret_expires_at: secret.expiresAt,
    secret_id: secret.secretId,
    previous_secret_id: previous.secretId,
    previous_secret_expires_at: endOf(previous),
  }
}
