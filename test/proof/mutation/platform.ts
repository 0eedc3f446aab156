// The modules of the platform that the tests and the Worker import.

import { env } from '../../doubles/node/env.ts'

export * from '../../doubles/node/env.ts'

export class WorkerEntrypoint {
  readonly ctx: unknown
  readonly env: unknown

  constructor(ctx: unknown, env: unknown) {
    this.ctx = ctx
    this.env = env
  }
}

/** Nothing here has objects: what tests them runs in workerd alone. */
export class DurableObject extends WorkerEntrypoint {}

/** The Worker by its entry point, as a service binding reaches it. */
export const exports = {
  TokenIntrospection: {
    fetch: async (url: string, init?: RequestInit) =>
      (await entryPoint()).fetch(new Request(url, init)),
    introspect: async (token: string) => (await entryPoint()).introspect(token),
  },
}

async function entryPoint() {
  // The Worker imports this file.
  const { TokenIntrospection } = await import('../../../src/worker.ts')
  return new TokenIntrospection({ waitUntil: () => {} } as never, env)
}

export const createScheduledController = () => ({ scheduledTime: 0, cron: '', noRetry() {} })
