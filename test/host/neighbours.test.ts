import { Hono, type MiddlewareHandler } from 'hono'
import { describe, expect, it } from 'vitest'
import { callerOf, mount, ORIGIN } from './mounted.ts'

describe.each(['/', '/auth', '/t/acme/auth'])('a host with a server at %s', (path) => {
  const at = (rest: string) => (path === '/' ? rest : path + rest)
  const issuer = ORIGIN + (path === '/' ? '' : path)

  function host() {
    const seen: string[] = []
    const app = new Hono()
    const watch: MiddlewareHandler = async (c, next) => {
      await next()
      seen.push(`${c.req.path} ${c.res.status}`)
      c.header('X-Host', 'yes')
    }
    app.use(watch)
    app.get(at('/before'), (c) => c.text('before'))
    mount(app, path)
    app.get(at('/after'), (c) => c.text('after'))
    app.post(at('/oauth/device'), (c) => c.text('the host’s own'))
    app.get(at('/broken'), () => {
      throw new Error('the host’s own mistake')
    })
    app.notFound((c) => c.text('host: no such page', 404))
    app.onError((error, c) => c.text(`host: ${error.message}`, 500))
    return { ...callerOf(app), seen }
  }

  it('keeps its routes, registered before and after, under the same prefix too', async () => {
    const { call } = host()
    expect(await (await call(at('/before'))).text()).toBe('before')
    expect(await (await call(at('/after'))).text()).toBe('after')
    const posted = await call(at('/oauth/device'), { method: 'POST' })
    expect(await posted.text()).toBe('the host’s own')
  })

  it('keeps its 404, under the same prefix too', async () => {
    const { call } = host()
    for (const rest of ['/nowhere', '/oauth', '/oauth/nowhere', '/admin', '/.well-known/nowhere']) {
      const response = await call(at(rest))
      expect([rest, response.status, await response.text()]).toEqual([
        rest,
        404,
        'host: no such page',
      ])
    }
  })

  it('leaves the 404 to the plugin under /admin/v1 alone', async () => {
    const response = await host().call(at('/admin/v1/nowhere'))
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })

  it('keeps its onError, and sees none of the plugin’s errors there', async () => {
    const { call, administer } = host()
    expect(await (await call(at('/broken'))).text()).toBe('host: the host’s own mistake')
    const refused = await call(at('/oauth/token'), { method: 'POST', body: 'not a form' })
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ error: 'invalid_request' })
    const problem = await administer(issuer, 'GET', '/clients/nobody')
    expect(problem.status).toBe(404)
    expect(problem.headers.get('content-type')).toBe('application/problem+json')
  })

  it('has its middleware around each of the plugin’s answers', async () => {
    const { call, seen } = host()
    const urls = [`${issuer}/.well-known/jwks.json`, `${issuer}/oauth/token`, at('/nowhere')]
    for (const url of urls) expect((await call(url)).headers.get('x-host')).toBe('yes')
    expect(seen).toEqual([
      `${at('/.well-known/jwks.json')} 200`,
      `${at('/oauth/token')} 405`,
      `${at('/nowhere')} 404`,
    ])
  })
})

it('keeps what a host’s middleware has set before, on each of the plugin’s answers', async () => {
  const app = new Hono()
  app.use(async (c, next) => {
    c.header('X-Before', 'yes')
    c.header('Cache-Control', 'public')
    await next()
  })
  mount(app, '/')
  const { call, administer } = callerOf(app)
  const paths = ['/', '/health', '/oauth/token', '/.well-known/jwks.json', '/console/sign-in']
  const answers = await Promise.all([
    ...paths.map((path) => call(path)),
    call('/oauth/token', { method: 'POST', body: 'not a form' }),
    administer(ORIGIN, 'GET', '/clients'),
    administer(ORIGIN, 'GET', '/nothing'),
  ])
  for (const { status, headers } of answers) {
    expect([status, headers.get('x-before')]).toEqual([status, 'yes'])
  }
  // The plugin's own headers win: no cache keeps a secret because a host said so before.
  for (const { headers } of answers.slice(4)) expect(headers.get('cache-control')).toBe('no-store')
})

it('a host’s middleware can answer in the plugin’s place', async () => {
  const app = new Hono()
  app.use('/auth/admin/*', (c) => Promise.resolve(c.text('not from outside', 403)))
  mount(app, '/auth')
  const { call } = callerOf(app)
  expect((await call('/auth/admin/v1/clients')).status).toBe(403)
  expect((await call('/auth/.well-known/openid-configuration')).status).toBe(200)
})

it.each(['text', 'parseBody', 'formData', 'arrayBuffer'] as const)(
  'a host’s middleware may read the body before the plugin does, by %s',
  async (read) => {
    const app = new Hono()
    app.post('*', async (c, next) => {
      if (c.req.path === '/auth/oauth/token') await c.req[read]()
      else await c.req.json()
      await next()
    })
    mount(app, '/auth')
    const { call, client, token } = callerOf(app)
    const owner = await client(`${ORIGIN}/auth`)
    expect(await token('/auth/oauth/token', owner)).toMatch(/^eyJ/)
    const repeated = await call('/auth/oauth/token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials&scope=a&scope=b',
    })
    expect(repeated.status).toBe(400)
    expect(await repeated.json()).toMatchObject({ error: 'invalid_request' })
  },
)

it('a host without strict paths, or with a base path, mounts it as any other', async () => {
  const lax = new Hono({ strict: false })
  mount(lax, '/auth')
  const based = new Hono().basePath('/api')
  mount(based, '/auth')
  for (const path of ['/auth', '/auth/', '/auth/health']) {
    const answers = [await callerOf(lax).call(path), await callerOf(based).call(`/api${path}`)]
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  }
})

it('a page of the host at the path of the mount comes first when it is registered first', async () => {
  const app = new Hono()
  app.get('/', (c) => c.text('welcome'))
  mount(app, '/')
  const { call } = callerOf(app)
  expect(await (await call('/')).text()).toBe('welcome')
  expect((await call('/health')).status).toBe(200)
})
