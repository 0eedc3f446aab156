import { Refusal } from '../../../domain/errors.ts'
import { claimsIn } from '../../../domain/token-text.ts'
import { required } from '../form.ts'
import type { ClientAuthenticationMethod } from './method.ts'

/** RFC 7523 §2.2, and that of SPIFFE's draft for its JWT-SVIDs. */
export const ASSERTION_TYPES = [
  'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  'urn:ietf:params:oauth:client-assertion-type:jwt-spiffe',
] as const

/**
 * A signed assertion in the body (RFC 7521 §4.2, RFC 7523 §2.2): signed by the client itself, or by
 * the platform that it runs on.
 */
export const privateKeyJwt: ClientAuthenticationMethod = {
  name: 'private_key_jwt',
  isUsed: (_request, form) => ASSERTION_PARAMETERS.some((name) => form.one(name) !== undefined),
  read(_request, form) {
    const assertion = required(form, 'client_assertion')
    const type = required(form, 'client_assertion_type')
    if (!ASSERTION_TYPES.some((known) => known === type)) {
      throw new Refusal(
        'invalid_client',
        `The client_assertion_type here is ${ASSERTION_TYPES.join(' or ')}.`,
        { reason: 'malformed_credentials' },
      )
    }
    const named = form.one('client_id')
    // Unverified: the assertion is verified later.
    const { iss, sub } = claimsIn(assertion) ?? {}
    const isNamed = typeof sub === 'string' && sub !== ''
    if (!isNamed && !isUrl(iss)) throw notValid()
    if (!isNamed || iss !== sub)
      return { kind: 'federated_credential', clientId: named ?? '', assertion }
    // The client is the subject of its own assertion; `client_id` is optional and must name the same.
    if (named !== undefined && named !== sub) throw notValid()
    return { kind: 'public_key', clientId: sub, assertion }
  },
}

const ASSERTION_PARAMETERS = ['client_assertion', 'client_assertion_type']

/** A platform's name, where no client's own could be meant: its token is judged, and refused, as one. */
function isUrl(iss: unknown): boolean {
  return typeof iss === 'string' && iss.startsWith('https://')
}

function notValid(): Refusal {
  return new Refusal('invalid_client', 'The client_assertion is not valid.', {
    reason: 'wrong_assertion',
    detail: 'wrong_issuer_or_subject',
  })
}
