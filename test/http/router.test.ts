import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { createAuthServer } from '../../src/index.ts'
import { newApp } from '../../src/web/app.ts'

const { app } = createAuthServer<object>({
  issuer: 'https://example.com/auth',
  bindings: () => {
    throw new TypeError('nothing is served here')
  },
})

it('mounts in an app of Hono as an app of Hono does', async () => {
  const host = new Hono().route(
    '/there',
    newApp().get('/:id', (c) => c.text(c.req.param('id'))),
  )
  expect(await (await host.request('/there/a%20b')).text()).toBe('a b')
  expect((await host.request('/there/a/b')).status).toBe(404)
})

it.each(['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/.well-known/jwks.json'])(
  'finds one handler at %s, where Hono would compose several for each request',
  (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      expect(app.router.match(method, path)[0]).toHaveLength(1)
    }
  },
)
