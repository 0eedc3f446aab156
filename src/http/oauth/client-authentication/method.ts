import type { PresentedCredentials } from '../../../domain/credential.ts'
import type { Form } from '../form.ts'

/** One way in which a request carries a client's credentials. */
export type ClientAuthenticationMethod = {
  /** As the metadata lists it (RFC 8414 §2, `token_endpoint_auth_methods_supported`). */
  name: string
  isUsed: (request: Request, form: Form) => boolean
  /** @throws Refusal where the credentials are not well-formed */
  read: (request: Request, form: Form) => PresentedCredentials
}
