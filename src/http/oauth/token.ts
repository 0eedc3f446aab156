import type { Caller } from '../../actions/auth/authenticate-client.ts'
import { issueToken } from '../../actions/tokens/issue-token.ts'
import { nameTheSame } from '../../domain/audience.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Call } from '../../web/prepare.ts'
import { type Answer, unstored } from './answers.ts'
import { authenticates, callerOf } from './client-authentication/methods.ts'
import { type Form, readForm, required } from './form.ts'
import { tokenTypeOf } from './introspection-body.ts'
import { possessionOf } from './possession.ts'
import type { TokenResponse } from './response.ts'

const CLIENT_CREDENTIALS = 'client_credentials'
/** RFC 7523 §2.1 */
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** The grant types, as the metadata lists them: the second where an issuer is trusted. */
export function grantTypes({ hasIssuers }: { hasIssuers: boolean }): string[] {
  return hasIssuers ? [CLIENT_CREDENTIALS, JWT_BEARER] : [CLIENT_CREDENTIALS]
}

/** Issues a token (RFC 6749 §4.4, RFC 8707). */
export async function token(call: Call): Promise<Answer> {
  const form = await readForm(call.request)
  const grant = required(form, 'grant_type')
  if (grant === JWT_BEARER) return byAssertion(call, form)
  if (grant !== CLIENT_CREDENTIALS) {
    throw unsupported()
  }
  return tokenFor(call, await callerOf(call, form), form)
}

/**
 * RFC 7523 §2.1: a platform's token is the grant itself, without client authentication. What is wrong
 * with it is then an invalid grant (§3.1).
 */
async function byAssertion(call: Call, form: Form): Promise<Answer> {
  if (authenticates(call.request, form)) {
    throw new Refusal('invalid_request', 'Send no client authentication with the assertion.')
  }
  const assertion = required(form, 'assertion')
  if (!(await trustsAnyone(call))) throw unsupported()
  const clientId = form.one('client_id') ?? ''
  const credentials = { kind: 'federated_credential', clientId, assertion } as const
  try {
    return await tokenFor(call, { credentials, address: call.address }, form)
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'invalid_client') throw error
    throw new Refusal('invalid_grant', error.message, error.extras)
  }
}

/** Only what is switched on is offered: the grant needs an issuer. One may have been added since. */
async function trustsAnyone({ deps }: Call): Promise<boolean> {
  const { issuers, isFresh } = await deps.trust.issuers(deps.now())
  if (issuers.length > 0 || isFresh) return issuers.length > 0
  return (await deps.trust.issuers(deps.now(), 'afresh')).issuers.length > 0
}

function unsupported(): Refusal {
  return new Refusal(
    'unsupported_grant_type',
    'This grant type is not supported: the metadata list those that are as grant_types_supported.',
  )
}

async function tokenFor(call: Call, caller: Caller, form: Form): Promise<Answer> {
  const wanted = { scope: form.one('scope'), resources: resourcesIn(form) }
  const issued = await issueToken(call.deps, caller, wanted, await possessionOf(call))
  const body: TokenResponse = {
    access_token: issued.accessToken,
    token_type: tokenTypeOf(issued),
    expires_in: issued.expiresIn,
    scope: issued.scope,
  }
  const { nonces } = call.deps
  if (!nonces) return unstored(body)
  return unstored(body, 200, { 'DPoP-Nonce': await nonces.current(call.deps.now()) })
}

/** RFC 8707's `resource`, or the `audience` that clients of other servers send in its place. */
function resourcesIn(form: Form): string[] {
  const [resources, audiences] = [form.all('resource'), form.all('audience')]
  if (resources.length === 0 || audiences.length === 0) return [...resources, ...audiences]
  if (nameTheSame(resources, audiences)) return resources
  throw new Refusal(
    'invalid_request',
    'resource and audience name different APIs: send one of them.',
  )
}
