import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { inTurn } from '../../src/web/app.ts'
import type { AppEnv } from '../../src/web/app-env.ts'
import { prepareWith } from '../../src/web/prepare.ts'

const prepare = prepareWith({
  issuer: 'https://auth.example',
  sharedDeps: () => ({}) as never,
  clientAddress: () => '192.0.2.1',
})

it('does what was left for behind the answer, where something failed after it too', async () => {
  const done: string[] = []
  const app = new Hono<AppEnv>().onError((error, c) => c.text(error.message, 500))
  app.get(
    '/:outcome',
    inTurn<AppEnv>(prepare, (c) => {
      const outcome = c.req.param('outcome') ?? ''
      c.var.deps.defer(async () => void done.push(outcome))
      if (outcome === 'failed') throw new Error(outcome)
      return c.text(outcome)
    }),
  )
  expect((await app.request('/answered', {}, {})).status).toBe(200)
  expect((await app.request('/failed', {}, {})).status).toBe(500)
  await new Promise((resolve) => setTimeout(resolve, 10))
  expect(done).toEqual(['answered', 'failed'])
})
