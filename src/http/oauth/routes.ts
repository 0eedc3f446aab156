import type { Hono } from 'hono'
import { newApp } from '../../web/app.ts'
import { introspectToken } from '../../actions/introspect-token.ts'
import { issueToken } from '../../actions/issue-token.ts'
import { revokeToken } from '../../actions/revoke-token.ts'
import { rotateSecret } from '../../actions/rotate-secret.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Door, DoorContext, Prepare } from '../../web/door.ts'
import { methodNotAllowed } from '../../web/methods.ts'
import { readBearer, readCredentials } from './credentials.ts'
import { renderOAuthError } from './errors.ts'
import { type Form, readForm, required } from './form.ts'
import { introspectionBody } from './introspection-body.ts'
import { NO_STORE } from './no-store.ts'
import { readOverlap, rotatedBody } from './rotation.ts'

/** Token (RFC 6749 §4.4, RFC 8707), introspection (RFC 7662), revocation (RFC 7009); and rotation, our own. */
export function oauthRoutes(prepare: Prepare): Hono<Door> {
  const oauth = newApp<Door>()
  oauth.onError(renderOAuthError)

  oauth.post('/oauth/token', prepare, async (c) => {
    const form = await readForm(c.req.raw)
    requireClientCredentials(form)
    const token = await issueToken(c.var.deps, callerOf(c, form), {
      scope: form.one('scope'),
      resources: form.all('resource'),
    })
    const body = {
      access_token: token.accessToken,
      token_type: 'Bearer',
      expires_in: token.expiresIn,
      scope: token.scope,
    }
    return c.json(body, 200, NO_STORE)
  })

  oauth.post('/oauth/introspect', prepare, async (c) => {
    const form = await readForm(c.req.raw)
    const bearer = readBearer(c.req.raw)
    const caller = bearer === null ? callerOf(c, form) : bearerCaller(bearer, form)
    const token = required(form, 'token')
    const claims = await introspectToken(c.var.deps, { caller, token })
    return c.json(introspectionBody(claims), 200, NO_STORE)
  })

  oauth.post('/oauth/revoke', prepare, async (c) => {
    const form = await readForm(c.req.raw)
    const caller = callerOf(c, form)
    const token = required(form, 'token')
    await revokeToken(c.var.deps, { caller, token, requestId: c.var.requestId })
    return c.body(null, 200, NO_STORE)
  })

  oauth.post('/oauth/rotate', prepare, async (c) => {
    const form = await readForm(c.req.raw)
    const [caller, overlap] = [callerOf(c, form), readOverlap(form)]
    const rotated = await rotateSecret(c.var.deps, { caller, overlap, requestId: c.var.requestId })
    return c.json(rotatedBody(rotated), 201, NO_STORE)
  })

  for (const path of ['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/oauth/rotate']) {
    oauth.all(path, methodNotAllowed('POST'))
  }
  return oauth
}

function requireClientCredentials(form: Form): void {
  if (required(form, 'grant_type') === 'client_credentials') return
  throw new Refusal('unsupported_grant_type', 'The one grant type here is client_credentials.')
}

function callerOf(c: DoorContext, form: Form) {
  return { credentials: readCredentials(c.req.raw, form), address: c.var.address }
}

function bearerCaller(bearer: string, form: Form) {
  if (form.one('client_secret') === undefined) return { bearer }
  throw new Refusal('invalid_request', 'The caller authenticates in two ways at once.')
}
