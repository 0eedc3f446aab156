import { Refusal } from '../../../domain/errors.ts'
import type { ClientAuthenticationMethod } from './method.ts'

/** A client id and a secret in the body (RFC 6749 §2.3.1). */
export const clientSecretPost: ClientAuthenticationMethod = {
  name: 'client_secret_post',
  isUsed: (_request, form) => form.one('client_secret') !== undefined,
  read(_request, form) {
    const clientId = form.one('client_id')
    const secret = form.one('client_secret')
    if (clientId === undefined || secret === undefined) {
      throw new Refusal('invalid_client', 'Client authentication is missing.', {
        reason: 'no_credentials',
      })
    }
    return { kind: 'secret', clientId, secret }
  },
}
