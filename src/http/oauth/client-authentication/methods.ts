import type { PresentedCredentials } from '../../../domain/credential.ts'
import { Refusal } from '../../../domain/errors.ts'
import type { Call } from '../../../web/prepare.ts'
import type { Form } from '../form.ts'
import { privateKeyJwt } from './assertion.ts'
import { clientSecretBasic } from './basic.ts'
import { clientSecretPost } from './body.ts'
import { readCertificate } from './certificate.ts'
import type { ClientAuthenticationMethod } from './method.ts'

const METHODS: ClientAuthenticationMethod[] = [clientSecretBasic, clientSecretPost, privateKeyJwt]

export const METHOD_NAMES = METHODS.map(({ name }) => name)

/** The client's credentials, carried in one way and never in two (RFC 6749 §2.3). */
export function readCredentials(request: Request, form: Form): PresentedCredentials {
  const [used, another] = METHODS.filter((method) => method.isUsed(request, form))
  if (!used) throw new Refusal('invalid_client', 'Client authentication is missing.')
  if (!another) return used.read(request, form)
  throw new Refusal('invalid_request', 'The client authenticates in two ways at once.')
}

/**
 * The same, or the certificate of the TLS connection where the request carries nothing: a connection
 * may have one anyway, so that it is not an attempt beside other credentials.
 */
export async function presentedCredentials(
  call: Pick<Call, 'request' | 'deps'>,
  form: Form,
): Promise<PresentedCredentials> {
  const isCarried = METHODS.some((method) => method.isUsed(call.request, form))
  const certificate = isCarried ? null : await readCertificate(call, form)
  return certificate ?? readCredentials(call.request, form)
}
