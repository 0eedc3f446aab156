import type { Handler, Hono } from 'hono'
import { newApp } from '../../web/app.ts'
import { introspectToken } from '../../actions/tokens/introspect-token.ts'
import { issueToken } from '../../actions/tokens/issue-token.ts'
import { revokeToken } from '../../actions/tokens/revoke-token.ts'
import { rotateSecret } from '../../actions/clients/rotate-secret.ts'
import { Refusal } from '../../domain/errors.ts'
import type { AppEnv } from '../../web/app-env.ts'
import { type Answer, DONE, unstored } from './answers.ts'
import { readBearer } from '../bearer.ts'
import { presentedCredentials } from './client-authentication/methods.ts'
import { type EndpointMaker, type Endpoints, reply, routeTo } from './endpoint.ts'
import type { Call } from '../../web/prepare.ts'
import { type Form, readForm, required } from './form.ts'
import { introspectionBody } from './introspection-body.ts'
import type { TokenResponse } from './response.ts'
import { readOverlap, rotatedBody } from './rotation.ts'

/**
 * Token (RFC 6749 §4.4, RFC 8707), introspection (RFC 7662), revocation (RFC 7009), rotation
 * (ours).
 */
export const oauthEndpoints = (endpoint: EndpointMaker): Endpoints => ({
  '/oauth/token': endpoint('POST', token),
  '/oauth/introspect': endpoint('POST', introspect),
  '/oauth/revoke': endpoint('POST', revoke),
  '/oauth/rotate': endpoint('POST', rotate),
})

export function oauthRoutes(endpoints: Endpoints): Hono<AppEnv> {
  const oauth = newApp<AppEnv>().all('/oauth/authorize', refuseAuthorization)
  for (const [path, endpoint] of Object.entries(endpoints)) oauth.all(path, routeTo(endpoint))
  return oauth
}

/**
 * Libraries demand an authorization endpoint of every server. No user is ever sent to this one: it
 * answers all the same (RFC 6749 §4.1.2.1), redirects nowhere, and repeats nothing of the request.
 */
const refuseAuthorization: Handler<AppEnv> = (c) =>
  reply(
    c,
    unstored(
      {
        error: 'unsupported_response_type',
        error_description: 'There are no users to authorize here: ask the token endpoint.',
      },
      400,
    ),
  )

async function token(call: Call): Promise<Answer> {
  const form = await readForm(call.request)
  requireClientCredentials(form)
  const issued = await issueToken(call.deps, await callerOf(call, form), {
    scope: form.one('scope'),
    resources: resourcesIn(form),
  })
  const body: TokenResponse = {
    access_token: issued.accessToken,
    token_type: 'Bearer',
    expires_in: issued.expiresIn,
    scope: issued.scope,
  }
  return unstored(body)
}

async function introspect(call: Call): Promise<Answer> {
  const form = await readForm(call.request)
  const bearer = readBearer(call.request)
  const caller = bearer === null ? await callerOf(call, form) : bearerCaller(bearer, form)
  const claims = await introspectToken(call.deps, { caller, token: required(form, 'token') })
  return unstored(introspectionBody(claims))
}

async function revoke({ requestId, ...call }: Call): Promise<Answer> {
  const form = await readForm(call.request)
  const caller = await callerOf(call, form)
  await revokeToken(call.deps, { caller, token: required(form, 'token'), requestId })
  return DONE
}

async function rotate({ requestId, ...call }: Call): Promise<Answer> {
  const form = await readForm(call.request)
  const [caller, overlap] = [await callerOf(call, form), readOverlap(form)]
  return unstored(rotatedBody(await rotateSecret(call.deps, { caller, overlap, requestId })), 201)
}

/** RFC 8707's `resource`, or the `audience` that clients of other servers send in its place. */
function resourcesIn(form: Form): string[] {
  const [resources, audiences] = [form.all('resource'), form.all('audience')]
  if (resources.length === 0 || audiences.length === 0) return [...resources, ...audiences]
  if (String([...resources].sort()) === String([...audiences].sort())) return resources
  throw new Refusal(
    'invalid_request',
    'resource and audience name different APIs: send one of them.',
  )
}

function requireClientCredentials(form: Form): void {
  if (required(form, 'grant_type') === 'client_credentials') return
  throw new Refusal('unsupported_grant_type', 'The one grant type here is client_credentials.')
}

async function callerOf(call: Pick<Call, 'request' | 'deps' | 'address'>, form: Form) {
  return { credentials: await presentedCredentials(call, form), address: call.address }
}

function bearerCaller(bearer: string, form: Form) {
  if (form.one('client_secret') === undefined) return { bearer }
  throw new Refusal('invalid_request', 'The caller authenticates in two ways at once.')
}
