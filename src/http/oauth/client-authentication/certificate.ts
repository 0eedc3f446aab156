import type { PresentedCredentials } from '../../../domain/credential.ts'
import type { Call } from '../../../web/prepare.ts'
import type { Form } from '../form.ts'
import { presentedCertificate } from './presented-certificate.ts'

/** As the metadata lists them (RFC 8705 §2): which it is depends on what the client registered. */
export const CERTIFICATE_METHOD_NAMES = ['tls_client_auth', 'self_signed_tls_client_auth']

/** A certificate of the TLS connection, and the client that it is to prove (RFC 8705 §2). */
export async function readCertificate(
  { request, deps }: Pick<Call, 'request' | 'deps'>,
  form: Form,
): Promise<PresentedCredentials | null> {
  const clientId = form.one('client_id')
  if (clientId === undefined) return null
  const certificate = await presentedCertificate(request, deps)
  return certificate && { kind: 'certificate', clientId, certificate }
}
