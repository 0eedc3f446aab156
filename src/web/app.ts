import type { Env, Handler, Hono, MiddlewareHandler } from 'hono'
import { every } from 'hono/combine'
import { HonoBase } from 'hono/hono-base'
import type { BlankEnv } from 'hono/types'
import { pathRouter } from './router.ts'

/** An app of this server: a part of it, or the whole that a host mounts. */
export function newApp<E extends Env = BlankEnv>(): Hono<E> {
  return new HonoBase<E>({ router: pathRouter() })
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
