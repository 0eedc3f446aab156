import type { Handler } from 'hono'
import type { Unavailable } from '../../domain/errors.ts'
import { contextOf } from '../../web/background.ts'
import { readAgain } from '../../web/body.ts'
import type { AppEnv, AppContext } from '../../web/app-env.ts'
import { tellableClientId } from '../../domain/request-facts.ts'
import { only } from '../../web/methods.ts'
import { type Call, type Preparation, prepared, type SharedDeps } from '../../web/prepare.ts'
import type { Direct } from '../../web/whole-origin.ts'
import type { Answer } from './answers.ts'
import { parseBasic } from './client-authentication/basic.ts'
import { outage, renderOAuthError } from './errors.ts'

export type Handle = (call: Call) => Promise<Answer>

/**
 * Answers one method of one path. Hono routes to it where a host mounts the server. The Worker
 * looks the path up by itself, because Hono's context would cost as much as everything else but the
 * signature.
 */
export type Endpoint = {
  method: 'GET' | 'POST'
  answer: (visit: Visit) => Answer | Promise<Answer>
}

/** A request as it comes in. */
export type Visit = {
  raw: Request
  env: object
  context: () => ExecutionContext | null
  /** The request with its body restored, if something has already read it. */
  readAgain: () => Promise<Request>
}

/** By their paths beneath the issuer. */
export type Endpoints = Record<string, Endpoint>

/** Makes an endpoint of its handler. The name is its method and its path. */
export type EndpointMaker = (
  name: EndpointName,
  handle: Handle,
  options?: EndpointOptions,
) => Endpoint

export type EndpointName = `${'GET' | 'POST'} /${string}`

type EndpointOptions = {
  /** Makes the answer when a binding does not respond. @default OAuth's 503 */
  whenOut?: (error: Unavailable) => Answer
  /** Answers at once from what requests share; null where the handler is needed. */
  atOnce?: AtOnce
}

export function endpointWith(preparation: Preparation): EndpointMaker {
  return (name, handle, { atOnce, whenOut = outage } = {}) => ({
    method: name.startsWith('GET ') ? 'GET' : 'POST',
    answer: (visit) =>
      answerAtOnce(name, visit, preparation, atOnce) ??
      answerTo(name, visit, preparation, handle, whenOut),
  })
}

type AtOnce = (deps: SharedDeps) => Answer | null

/** Works without a promise. The slow path meets any error thrown here again, and reports it. */
function answerAtOnce(
  name: EndpointName,
  { env }: Visit,
  { sharedDeps }: Preparation,
  atOnce: AtOnce | undefined,
): Answer | null {
  if (!atOnce) return null
  try {
    const deps = sharedDeps(env)
    const answer = atOnce(deps)
    if (answer) deps.metrics?.write({ kind: 'request', name, outcome: 'done', status: 200, ms: 0 })
    return answer
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}

/** An endpoint as a Hono route. */
export function routeTo({ method, answer }: Endpoint): Handler<AppEnv> {
  return only(method, async (c) => reply(c, await answer(visitOf(c))))
}

/** Endpoints to call without Hono, by their paths after `base`. */
export function directly(endpoints: Endpoints, base = ''): [string, Direct][] {
  return Object.entries(endpoints).map(([path, { method, answer }]) => [
    base + path,
    {
      method,
      respond(raw, env, context) {
        const visit = { raw, env, context: () => context, readAgain: async () => raw }
        const given = answer(visit)
        return given instanceof Promise ? given.then(responseOf) : responseOf(given)
      },
    },
  ])
}

function responseOf({ status, body, headers }: Answer): Response {
  return new Response(body, { status, headers })
}

function visitOf(c: AppContext): Visit {
  return {
    raw: c.req.raw,
    env: c.env as object,
    context: () => contextOf(c),
    readAgain: () => readAgain(c.req),
  }
}

/** Keeps the headers that a host's middleware has added. */
export function reply(c: AppContext, { status, body, headers }: Answer): Response {
  return c.newResponse(body, { status, headers })
}

async function answerTo(
  name: EndpointName,
  { raw, env, context, readAgain }: Visit,
  preparation: Preparation,
  handle: Handle,
  whenOut: (error: Unavailable) => Answer,
): Promise<Answer> {
  const request = prepared(preparation, raw, env)
  try {
    const call = request.call(raw)
    // A host's middleware may have read the body before us.
    const answer = await handle(raw.bodyUsed ? { ...call, request: await readAgain() } : call)
    request.tell(name, answer.status)
    return answer
  } catch (error) {
    const { issuer } = preparation
    const answer = renderOAuthError(error as Error, issuer, request.requestId, whenOut)
    request.facts.clientId ??= nameIn(raw)
    request.tell(name, answer.status, error as Error)
    return answer
  } finally {
    const pending = request.awaited()
    if (pending) await pending
    request.startDeferred(context)
  }
}

/** The client that a refused request names in a header that was not read before the refusal. */
function nameIn({ headers }: Request): string | undefined {
  return tellableClientId(parseBasic(headers.get('authorization') ?? '')?.clientId ?? '')
}
