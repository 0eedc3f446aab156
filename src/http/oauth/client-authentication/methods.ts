import type { PresentedCredentials } from '../../../domain/credential.ts'
import type { Caller } from '../../../actions/auth/authenticate-client.ts'
import { Refusal } from '../../../domain/errors.ts'
import type { Call } from '../../../web/prepare.ts'
import type { Form } from '../form.ts'
import { privateKeyJwt } from './assertion.ts'
import { clientSecretBasic } from './basic.ts'
import { clientSecretPost } from './body.ts'
import { readCertificate } from './certificate.ts'
import type { ClientAuthenticationMethod } from './method.ts'

const IN_BODY = [clientSecretPost, privateKeyJwt]
const METHODS: ClientAuthenticationMethod[] = [clientSecretBasic, ...IN_BODY]

export const METHOD_NAMES = METHODS.map(({ name }) => name)

/** The client's credentials, carried in one way and never in two (RFC 6749 §2.3). */
export function readCredentials(request: Request, form: Form): PresentedCredentials {
  return readBy(usedIn(request, form), request, form)
}

function usedIn(request: Request, form: Form): ClientAuthenticationMethod[] {
  return METHODS.filter((method) => method.isUsed(request, form))
}

function readBy(
  [used, another]: ClientAuthenticationMethod[],
  request: Request,
  form: Form,
): PresentedCredentials {
  if (!used) {
    throw new Refusal('invalid_client', 'Client authentication is missing.', {
      reason: 'no_credentials',
    })
  }
  if (!another) return used.read(request, form)
  throw new Refusal('invalid_request', 'The client authenticates in two ways at once.')
}

/** Whether a request carries credentials of any method. */
export function authenticates(request: Request, form: Form): boolean {
  return usedIn(request, form).length > 0
}

/** The same of the body alone: the header may carry a Bearer token. */
export function authenticatesInBody(request: Request, form: Form): boolean {
  return IN_BODY.some((method) => method.isUsed(request, form))
}

type Calling = Pick<Call, 'request' | 'deps' | 'address'>

/**
 * The calling client, as it presents itself: by what the request carries, or by the certificate of
 * its TLS connection. That may be there anyway: it is not an attempt beside other credentials.
 */
export function callerOf(call: Calling, form: Form): Caller | Promise<Caller> {
  const { request, address } = call
  const used = usedIn(request, form)
  if (used.length === 0) return callerByCertificate(call, form)
  return { credentials: readBy(used, request, form), address }
}

async function callerByCertificate(call: Calling, form: Form): Promise<Caller> {
  const certificate = await readCertificate(call, form)
  return { credentials: certificate ?? readBy([], call.request, form), address: call.address }
}
