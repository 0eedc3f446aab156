import type { Env, Handler, Hono, MiddlewareHandler } from 'hono'
import { every } from 'hono/combine'
import { HonoBase } from 'hono/hono-base'
import { SmartRouter } from 'hono/router/smart-router'
import { TrieRouter } from 'hono/router/trie-router'
import type { BlankEnv } from 'hono/types'

/**
 * An app of this server: a part of it, or the whole that a host mounts. Its trie is built by its
 * first request: a part gets none, which mounts its routes in another app.
 */
export function newApp<E extends Env = BlankEnv>(): Hono<E> {
  return new HonoBase<E>({ router: new SmartRouter({ routers: [new TrieRouter()] }) })
}

/**
 * Combines middleware and a final handler into one handler. Separate ones would be as many routes,
 * each registered when an isolate starts, and again by each app that mounts another.
 */
export function inTurn<E extends Env>(
  ...steps: (MiddlewareHandler<E> | Handler<E>)[]
): MiddlewareHandler<E> {
  return every(...(steps as MiddlewareHandler[])) as MiddlewareHandler<E>
}
