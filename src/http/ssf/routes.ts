import type { Handler, Hono } from 'hono'
import { authorizeReceiver, type ReceiverScope } from '../../actions/streams/authorize-receiver.ts'
import { Refusal } from '../../domain/errors.ts'
import type { AppContext, AppEnv, Prepare } from '../../web/app-env.ts'
import { inTurn, newApp } from '../../web/app.ts'
import { readBodyFirst } from '../../web/body.ts'
import { withHead } from '../../web/methods.ts'
import { readBearer } from '../bearer.ts'
import { renderStreamError } from './errors.ts'
import {
  addSubject,
  create,
  patch,
  poll,
  put,
  read,
  readStatus,
  remove,
  removeSubject,
  setStatus,
  verify,
} from './handlers.ts'
import type { StreamErrorResponse } from './response.ts'
import { onOf, type Visit } from './visit.ts'

type Row = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  scope: ReceiverScope
  handle: (visit: Visit) => Promise<Response>
}

/** A receiver that may only read a stream can still take what is in it. */
export const STREAM_ROUTES: Row[] = [
  { method: 'GET', path: '/ssf/streams', scope: 'ssf.read', handle: read },
  { method: 'POST', path: '/ssf/streams', scope: 'ssf.manage', handle: create },
  { method: 'PATCH', path: '/ssf/streams', scope: 'ssf.manage', handle: patch },
  { method: 'PUT', path: '/ssf/streams', scope: 'ssf.manage', handle: put },
  { method: 'DELETE', path: '/ssf/streams', scope: 'ssf.manage', handle: remove },
  { method: 'GET', path: '/ssf/status', scope: 'ssf.read', handle: readStatus },
  { method: 'POST', path: '/ssf/status', scope: 'ssf.manage', handle: setStatus },
  { method: 'POST', path: '/ssf/subjects/add', scope: 'ssf.manage', handle: addSubject },
  { method: 'POST', path: '/ssf/subjects/remove', scope: 'ssf.manage', handle: removeSubject },
  { method: 'POST', path: '/ssf/verification', scope: 'ssf.manage', handle: verify },
  { method: 'POST', path: '/ssf/poll/:stream_id', scope: 'ssf.read', handle: poll },
]

/** The endpoints for receivers of security events (SSF 1.0 §8, RFC 8936). */
export function streamRoutes(prepare: Prepare): Hono<AppEnv> {
  const app = newApp<AppEnv>()
  app.onError(renderStreamError)
  for (const [path, rows] of Map.groupBy(STREAM_ROUTES, (row) => row.path)) {
    for (const row of rows) {
      const first = row.method === 'GET' ? [] : [readBodyFirst]
      app.on(row.method, path, inTurn(prepare, ...first, answer(row)))
    }
    app.all(path, otherMethod(rows.map(({ method }) => method)))
  }
  return app
}

/** Only the Bearer token decides which receiver calls, and each sees its own stream alone. */
function answer({ scope, handle }: Row): Handler<AppEnv> {
  return async (c) => {
    const on = onOf(c)
    const bearer = readBearer(c.req.raw)
    if (bearer === null) throw new Refusal('unauthenticated', 'Send a Bearer token.')
    const authorize = () => authorizeReceiver(c.var.deps, on, bearer, scope)
    const clientId = await authorize()
    const confirmRight = async () => void (await authorize())
    c.header('Cache-Control', 'no-store')
    c.header('X-Content-Type-Options', 'nosniff')
    return handle({ c, on, clientId, confirmRight })
  }
}

function otherMethod(methods: string[]) {
  const allow = withHead(methods).join(', ')
  return (c: AppContext) => {
    const description = `Use ${allow}.`
    return c.json<StreamErrorResponse>({ err: 'method_not_allowed', description }, 405, {
      Allow: allow,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    })
  }
}
