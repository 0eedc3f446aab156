import { Hono } from 'hono'
import { TrieRouter } from 'hono/router/trie-router'
import { expect, it } from 'vitest'
import { createAuthServer } from '../../src/index.ts'
import { newApp } from '../../src/web/app.ts'
import { pathRouter } from '../../src/web/router.ts'

const { app, wellKnown } = createAuthServer<object>({
  issuer: 'https://example.com/auth',
  bindings: () => {
    throw new TypeError('nothing is served here')
  },
})
const site = newApp().route('/', app).route('/auth', app).route('/.well-known', wellKnown)

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Every path there is, with ids in it; and what is beside them, above and beneath. */
const PATHS = [...new Set(site.routes.map((route) => route.path))].flatMap((path) => {
  const filled = path.replaceAll(/:\w+\{\$\}/g, '').replaceAll(/:\w+/g, 'a%20b')
  const beside = [`${filled}/`, `${filled}/x`, `${filled}x`, filled.replace(/\/[^/]+$/, '')]
  return [filled.replace('*', ''), filled.replace('*', 'x/y'), ...beside, `/${filled}`]
})

it('leads where the router of Hono leads, with the same parameters, the first time and the second', () => {
  const theirs = new TrieRouter<number>()
  const ours = pathRouter<number>()
  for (const [i, { method, path }] of site.routes.entries()) {
    theirs.add(method, path, i)
    ours.add(method, path, i)
  }
  for (const path of ['', '/', '//', '/.', ...PATHS]) {
    for (const method of METHODS) {
      const expected = theirs.match(method, path)[0]
      for (const _ of ['first', 'second']) {
        const found = ours.match(method, path)[0]
        expect(
          found.map(([i]) => i),
          `${method} ${path}`,
        ).toEqual(expected.map(([i]) => i))
        expect(found.map(([, params]) => ({ ...params }))).toEqual(
          expected.map(([, params]) => ({ ...params })),
        )
      }
    }
  }
})

it('knows a route that is added after another was asked for', () => {
  const router = pathRouter<string>()
  router.add('GET', '/a', 'first')
  expect(router.match('GET', '/a')[0]).toHaveLength(1)
  router.add('ALL', '/a', 'second')
  expect(router.match('GET', '/a')[0].map(([name]) => name)).toEqual(['first', 'second'])
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
    for (const method of METHODS) expect(app.router.match(method, path)[0]).toHaveLength(1)
  },
)
