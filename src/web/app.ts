import type { Env, Hono } from 'hono'
import { HonoBase } from 'hono/hono-base'
import type { BlankEnv } from 'hono/types'
import { pathRouter } from './router.ts'

/** An app of this server: a part of it, or the whole that a host mounts. */
export function newApp<E extends Env = BlankEnv>(): Hono<E> {
  return new HonoBase<E>({ router: pathRouter() })
}
