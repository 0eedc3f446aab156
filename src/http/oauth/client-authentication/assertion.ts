import { textFromBase64url } from '../../../platform/base64.ts'
import { Refusal } from '../../../domain/errors.ts'
import { type Form, required } from '../form.ts'
import type { ClientAuthenticationMethod } from './method.ts'

/** RFC 7523 §2.2 */
export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** A signed assertion in the body (RFC 7521 §4.2, RFC 7523 §2.2). */
export const privateKeyJwt: ClientAuthenticationMethod = {
  name: 'private_key_jwt',
  isUsed: (_request, form) => ASSERTION_PARAMETERS.some((name) => form.one(name) !== undefined),
  read(_request, form) {
    const assertion = required(form, 'client_assertion')
    if (required(form, 'client_assertion_type') !== JWT_BEARER) {
      throw new Refusal('invalid_client', `The one client_assertion_type here is ${JWT_BEARER}.`)
    }
    return { kind: 'public_key', clientId: clientIdOf(assertion, form), assertion }
  },
}

const ASSERTION_PARAMETERS = ['client_assertion', 'client_assertion_type']

/** The client is the assertion's subject; `client_id` is optional and must name the same. */
function clientIdOf(assertion: string, form: Form): string {
  const [named, subject] = [form.one('client_id'), claimedSubject(assertion)]
  if (subject !== null && (named === undefined || named === subject)) return subject
  throw new Refusal('invalid_client', 'The client_assertion is not valid.')
}

/** The assertion's own claim, which is verified later. */
function claimedSubject(assertion: string): string | null {
  try {
    const claims: unknown = JSON.parse(textFromBase64url(assertion.split('.')[1] ?? ''))
    const subject =
      typeof claims === 'object' && claims !== null && 'sub' in claims ? claims.sub : null
    return typeof subject === 'string' && subject !== '' ? subject : null
  } catch (error) {
    if (
      error instanceof SyntaxError ||
      error instanceof TypeError ||
      error instanceof DOMException
    ) {
      return null
    }
    throw error
  }
}
