import type { NewFederatedCredential } from '../../../actions/clients/create-federated-credential.ts'
import type { Seconds } from '../../../domain/time.ts'
import { toNewRule } from '../../../web/federation-input.ts'
import { newFederatedCredentialSchema } from '../../../web/federation-schemas.ts'
import { dateErrors, parseAlso, wholeNumber } from '../../forms/parse-also.ts'
import { claimsIn } from './claim-lines.ts'

/** Maps the form to the fields of the admin API, so that the same schema parses both. */
export function parseNewWorkload(form: URLSearchParams, now: Seconds): NewFederatedCredential {
  const typed = (name: string) => (form.get(name) ?? '').trim()
  const [subject, date, lifetime] = [typed('subject'), typed('expires_on'), typed('token_lifetime')]
  const { claims, errors } = claimsIn(form.get('claims') ?? '')
  const body = {
    issuer_id: form.get('issuer_id') ?? '',
    ...(subject && { subject }),
    claims: errors.length > 0 ? {} : claims,
    label: form.get('label') ?? '',
    ...(date && { expires_on: date }),
    remind: form.has('remind'),
    ...(lifetime && { token_lifetime: wholeNumber(lifetime) }),
  }
  const wrong = [...errors, ...(date ? dateErrors('expires_on', date, now) : [])]
  return toNewRule(parseAlso(body, newFederatedCredentialSchema, wrong))
}
