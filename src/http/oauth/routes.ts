import type { Handler, Hono } from 'hono'
import { newApp } from '../../web/app.ts'
import { introspectToken } from '../../actions/tokens/introspect-token.ts'
import { revokeToken } from '../../actions/tokens/revoke-token.ts'
import { rotateSecret } from '../../actions/clients/rotate-secret.ts'
import { Refusal } from '../../domain/errors.ts'
import type { AppEnv } from '../../web/app-env.ts'
import { type Answer, DONE, unstored } from './answers.ts'
import { readBearer } from '../bearer.ts'
import { authenticatesInBody, callerOf } from './client-authentication/methods.ts'
import { type EndpointMaker, type Endpoints, reply, routeTo } from './endpoint.ts'
import type { Call } from '../../web/prepare.ts'
import { type Form, readForm, required } from './form.ts'
import { introspectionBody } from './introspection-body.ts'
import { readOverlap, rotatedBody } from './rotation.ts'
import { token } from './token.ts'

/**
 * Token (RFC 6749 §4.4, RFC 8707), introspection (RFC 7662), revocation (RFC 7009), rotation
 * (ours).
 */
export const oauthEndpoints = (endpoint: EndpointMaker): Endpoints => ({
  '/oauth/token': endpoint('POST /oauth/token', token),
  '/oauth/introspect': endpoint('POST /oauth/introspect', introspect),
  '/oauth/revoke': endpoint('POST /oauth/revoke', revoke),
  '/oauth/rotate': endpoint('POST /oauth/rotate', rotate),
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
        error_description: 'There are no users to authorize here: use the token endpoint.',
      },
      400,
    ),
  )

async function introspect(call: Call): Promise<Answer> {
  const form = await readForm(call.request)
  const bearer = readBearer(call.request)
  const caller = bearer === null ? await callerOf(call, form) : bearerCaller(call, bearer, form)
  const claims = await introspectToken(call.deps, { caller, token: required(form, 'token') })
  return unstored(introspectionBody(claims))
}

async function revoke({ requestId, ...call }: Call): Promise<Answer> {
  const form = await readForm(call.request)
  const caller = await callerOf(call, form)
  await revokeToken(call.deps, { caller, token: required(form, 'token'), requestId: requestId() })
  return DONE
}

async function rotate({ requestId, ...call }: Call): Promise<Answer> {
  const form = await readForm(call.request)
  const [caller, overlap] = [await callerOf(call, form), readOverlap(form)]
  const rotation = { caller, overlap, requestId: requestId() }
  return unstored(rotatedBody(await rotateSecret(call.deps, rotation)), 201)
}

function bearerCaller({ request }: Call, bearer: string, form: Form) {
  if (!authenticatesInBody(request, form)) return { bearer }
  throw new Refusal('invalid_request', 'The caller authenticates in two ways at once.')
}
