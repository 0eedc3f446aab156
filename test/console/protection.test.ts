import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { CONSOLE_ROUTES } from '../../src/console/routes.ts'
import { formTokenIn, signIn, signInAs } from '../support/console.ts'
import { ISSUER, testServer, type TestServer } from '../support/server.ts'

const FORM = 'application/x-www-form-urlencoded'

async function world() {
  const server = testServer()
  const visitor = await signIn(server)
  const token = formTokenIn(await visitor.html('/clients'))
  const other = await signIn(server)
  const earlierToken = formTokenIn(await other.html('/clients'))
  const ada = { email: 'ada@example.com', access: 'manage' }
  const { administrator_id: id } = await server.adminOk('POST', '/administrators', ada)
  const othersToken = formTokenIn(await (await signInAs(server, String(id))).html('/clients'))
  return { server, cookie: visitor.cookie, token, earlierToken, othersToken }
}

function sendForm(
  server: TestServer,
  request: { method: string; cookie: string; origin: string | null; type: string; body: string },
) {
  const headers = new Headers({ Cookie: request.cookie })
  if (request.type !== '') headers.set('Content-Type', request.type)
  if (request.origin !== null) headers.set('Origin', request.origin)
  const hasBody = request.method !== 'GET'
  return server.send('/console/sign-out', {
    method: request.method,
    headers,
    redirect: 'manual',
    ...(hasBody ? { body: request.body } : {}),
  })
}

describe('a form of another site changes nothing', () => {
  const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET']
  const TYPES = [FORM, 'text/plain', 'multipart/form-data; boundary=x', 'application/json', '']
  const ORIGINS = [ISSUER, 'https://evil.example', 'null', null, `${ISSUER}.evil.example`]
  const all = METHODS.flatMap((method) =>
    TYPES.flatMap((type) => ORIGINS.map((origin) => ({ method, type, origin }))),
  )

  it(`in ${all.length} combinations of method, content type and Origin, but for the right one`, async () => {
    const { server, cookie, token } = await world()
    const body = new URLSearchParams({ form_token: token }).toString()
    const passed: unknown[] = []
    for (const one of all) {
      const response = await sendForm(server, { ...one, cookie, body })
      expect(response.status).toBeLessThan(500)
      if (response.headers.has('set-cookie')) passed.push(one)
    }
    expect(passed).toEqual([{ method: 'POST', type: FORM, origin: ISSUER }])
  })

  it('but one of ours does whose Origin a policy of the host has hidden: the browser says whose it is', async () => {
    const sites = ['same-origin', 'same-site', 'cross-site', 'none', '', 'Same-Origin', null]
    const origins = ['null', null, '', 'https://evil.example']
    const passed: unknown[] = []
    const { server, cookie, token } = await world()
    for (const site of sites) {
      for (const origin of origins) {
        const headers = new Headers({ Cookie: cookie, 'Content-Type': FORM })
        if (origin !== null) headers.set('Origin', origin)
        if (site !== null) headers.set('Sec-Fetch-Site', site)
        const body = new URLSearchParams({ form_token: token, text: 'x' }).toString()
        const init = { method: 'POST', headers, body, redirect: 'manual' } as const
        const response = await server.send('/console/find', init)
        if (response.status === 200) passed.push([origin, site])
        else expect(response.status).toBe(403)
      }
    }
    expect(passed).toEqual([['null', 'same-origin']])
  })

  it('nor one of ours without the token of this very session', async () => {
    const { server, cookie, token, earlierToken, othersToken } = await world()
    const session = cookie.replace('__Host-portcullis=', '')
    const wrong = [
      '',
      'x',
      earlierToken,
      othersToken,
      session,
      `${token}x`,
      token.slice(0, -1),
      `${token} `,
    ]
    const bodies = wrong.map((form_token) => new URLSearchParams({ form_token }).toString())
    for (const body of [...bodies, '', `FORM_TOKEN=${token}`, `form_token=&form_token=${token}`]) {
      const request = { method: 'POST', type: FORM, origin: ISSUER, cookie, body }
      const response = await sendForm(server, request)
      expect([body, response.status]).toEqual([body, 403])
      expect(response.headers.get('set-cookie')).toBeNull()
    }
  })

  it('nor signs somebody in', async () => {
    const server = testServer()
    for (const origin of ['https://evil.example', 'null', null]) {
      const headers = new Headers({ 'Content-Type': FORM })
      if (origin !== null) headers.set('Origin', origin)
      const body = `token=${env.BOOTSTRAP_TOKEN}`
      const response = await server.send('/console/sign-in', { method: 'POST', headers, body })
      expect(response.status).toBe(403)
      expect(response.headers.get('set-cookie')).toBeNull()
    }
  })

  it('nor one that is too large', async () => {
    const { server, cookie, token } = await world()
    const body = `form_token=${token}&x=${'x'.repeat(70_000)}`
    const request = { method: 'POST', type: FORM, origin: ISSUER, cookie, body }
    expect((await sendForm(server, request)).status).toBe(413)
  })
})

/** A path with ids that do not exist. */
const pathOf = (path: string) => path.replaceAll(/:\w+(\{[^}]*\})?/g, 'nothing-here')

describe('each route of the console', () => {
  it.each(CONSOLE_ROUTES.filter(({ method }) => method === 'POST').map(({ path }) => [path]))(
    'POST %s wants a session, the Origin and the token of the session',
    async (path) => {
      const { server, cookie, othersToken, token } = await world()
      const head = async () => JSON.stringify(await server.adminOk('GET', '/audit-events'))
      const before = await head()
      const to = `/console${pathOf(path)}`
      const attempts: [string, Record<string, string>, string, number][] = [
        ['nobody', { Origin: ISSUER }, '', 303],
        ['nobody, of another site', { Origin: 'https://evil.example' }, token, 303],
        ['nobody, of a sandboxed frame', { Origin: 'null' }, token, 303],
        // Signed out: the form is kept on the page that asks to sign in.
        ['who was here', { Origin: ISSUER }, token, 401],
        [
          'a Bearer',
          { Origin: ISSUER, Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` },
          token,
          401,
        ],
        ['no Origin', { Cookie: cookie }, token, 403],
        ['another Origin', { Cookie: cookie, Origin: 'https://evil.example' }, token, 403],
        [
          'a sandboxed frame',
          { Cookie: cookie, Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
          token,
          403,
        ],
        ['no token', { Cookie: cookie, Origin: ISSUER }, '', 403],
        ['the token of another', { Cookie: cookie, Origin: ISSUER }, othersToken, 403],
      ]
      for (const [who, headers, form_token, status] of attempts) {
        const init = { method: 'POST', headers: { 'Content-Type': FORM, ...headers } }
        const body = new URLSearchParams({ form_token }).toString()
        const response = await server.send(to, { ...init, body, redirect: 'manual' })
        expect([who, response.status]).toEqual([who, status])
        if (status === 303) {
          expect(response.headers.get('location')).toContain('/console/sign-in')
        }
      }
      expect(await head()).toBe(before)
    },
  )

  it('GET changes nothing', async () => {
    const server = testServer()
    const { get } = await signIn(server)
    const made = await server.client({})
    const events = async () => JSON.stringify(await server.adminOk('GET', '/audit-events'))
    const before = await events()
    for (const { path } of CONSOLE_ROUTES.filter(({ method }) => method === 'GET')) {
      for (const id of [made.id, 'nothing-here']) {
        await get(path.replaceAll(/:\w+(\{[^}]*\})?/g, id))
      }
    }
    expect(await events()).toBe(before)
  })

  it('may not be framed, cached or run foreign code, with a visitor and without', async () => {
    const { server, cookie } = await world()
    const pages = [
      ...CONSOLE_ROUTES.map(({ method, path }) => [method, pathOf(path)] as const),
      ['GET', '/no-such-page'],
      ['GET', '/clients/nothing-here'],
      ['GET', ''],
      ['GET', '/sign-in'],
      ['POST', '/sign-in'],
      ['GET', '/sign-in/oidc'],
      ['GET', '/sign-in/oidc/callback?state=x'],
      ['POST', '/sign-out'],
      ['DELETE', '/clients'],
    ] as const
    for (const [method, path] of pages) {
      for (const headers of [{ Cookie: cookie }, {}] as Record<string, string>[]) {
        const init = { method, headers, redirect: 'manual' } as const
        const response = await server.send(`/console${path}`, init)
        expect([path, headersOf(response)]).toEqual([path, PROTECTED])
        expect(response.status).toBeLessThan(500)
      }
    }
  })

  const NAMES = [
    'cache-control',
    'content-security-policy',
    'cross-origin-opener-policy',
    'cross-origin-resource-policy',
    'referrer-policy',
    'x-content-type-options',
    'x-frame-options',
  ]
  const headersOf = (response: Response) => NAMES.map((name) => response.headers.get(name))
  const PROTECTED = [
    'no-store',
    expect.stringMatching(
      /^default-src 'none'; style-src 'self'; script-src 'self'; .*form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    ),
    'same-origin',
    'same-origin',
    'same-origin',
    'nosniff',
    'DENY',
  ]

  it('is protected where the server itself cannot answer', async () => {
    const server = testServer({ env: { PEPPER: 'short' } })
    const response = await server.send('/console/clients')
    expect(response.status).toBe(503)
    expect(headersOf(response)).toEqual(PROTECTED)
    expect(await response.text()).toMatch(/href="\/console\/style\.css\?v=\w+"/)
  })

  it('has nothing inline', async () => {
    const { html } = await signIn(testServer())
    for (const { method, path } of CONSOLE_ROUTES) {
      if (method !== 'GET' || path.includes(':')) continue
      const page = await html(path)
      expect(page).not.toMatch(/<style|\sstyle=|<script(?! src=)|\son\w+=|javascript:/)
    }
  })
})

describe('the two doors', () => {
  it('the JSON admin API never takes the cookie', async () => {
    const { server, cookie } = await world()
    for (const [method, path] of [
      ['GET', '/clients'],
      ['GET', '/audit-events'],
      ['POST', '/clients'],
    ] as const) {
      const response = await server.send(`/admin/v1${path}`, {
        method,
        headers: { Cookie: cookie, Origin: ISSUER, 'Content-Type': 'application/json' },
        ...(method === 'POST' ? { body: '{"client_name":"x"}' } : {}),
      })
      expect(response.status).toBe(401)
    }
  })

  it('the console never takes a Bearer token', async () => {
    const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
    const response = await testServer().send('/console/clients', { headers, redirect: 'manual' })
    expect(response.status).toBe(303)
  })
})

it('pages of two administrators that are made at once do not mix', async () => {
  const server = testServer()
  const people = ['ada@example.com', 'bob@example.com']
  const visitors = await Promise.all(
    people.map(async (email) => {
      const body = { email, access: 'manage' }
      const { administrator_id: id } = await server.adminOk('POST', '/administrators', body)
      const visitor = await signInAs(server, String(id))
      return { ...visitor, token: formTokenIn(await visitor.html('/clients')) }
    }),
  )
  expect(visitors[0]?.token).not.toBe(visitors[1]?.token)
  const turns = Array.from({ length: 60 }, (_, i) => i % 2)
  const pages = await Promise.all(turns.map(async (who) => visitors[who]?.html('/clients')))
  for (const [i, who] of turns.entries()) {
    const page = pages[i] ?? ''
    expect(/class="who".*?<bdi>(.*?)<\/bdi>/s.exec(page)?.[1]).toBe(people[who])
    expect(page).not.toContain(people[1 - who])
    const tokens = [...page.matchAll(/name="form_token" value="([^"]+)"/g)].map((m) => m[1])
    const whose = (token = '') => atob(token.split('.')[0] ?? '').split(',')[1]
    expect(new Set(tokens.map(whose))).toEqual(new Set([whose(visitors[who]?.token)]))
  }
})

describe('after signing in nobody is sent elsewhere', () => {
  const HOME = '/console/clients'
  it.each([
    ['/console/roles', '/console/roles'],
    ['/console/clients?status=expired&q=a%20b', '/console/clients?status=expired&q=a%20b'],
    ['', HOME],
    ['https://evil.example', HOME],
    ['//evil.example', HOME],
    ['///evil.example', HOME],
    ['/\\evil.example', HOME],
    ['\\\\evil.example', HOME],
    ['/console/..//evil.example', HOME],
    ['/console/../..//evil.example', HOME],
    ['/console/..%2f%2fevil.example', '/console/..%2f%2fevil.example'],
    ['/console/%2e%2e//evil.example', HOME],
    ['/console\\..\\\\evil.example', HOME],
    ['/console/\t/../..//evil.example', HOME],
    ['/console@evil.example/', HOME],
    ['/console.evil.example/', HOME],
    ['/consoleevil', HOME],
    [' https://evil.example', HOME],
    ['javascript:alert(1)', HOME],
    ['/console/clients\r\nSet-Cookie: a=b', '/console/clientsSet-Cookie:%20a=b'],
    ['https://auth.example/console/roles', HOME],
    ['/admin/v1/clients', HOME],
    ['/console/sign-in', HOME],
    ['/console/sign-in/oidc', HOME],
  ])('next=%j leads to %s', async (next, target) => {
    const server = testServer()
    const response = await server.send('/console/sign-in', {
      method: 'POST',
      headers: { Origin: ISSUER, 'Content-Type': FORM },
      body: new URLSearchParams({ token: env.BOOTSTRAP_TOKEN ?? '', next }).toString(),
      redirect: 'manual',
    })
    const location = response.headers.get('location') ?? ''
    expect(location).toBe(target)
    expect(new URL(location, ISSUER).origin).toBe(ISSUER)
    const page = await (
      await server.send(`/console/sign-in?next=${encodeURIComponent(next)}`)
    ).text()
    expect(page).toContain(`name="next" value="${target.replaceAll('&', '&amp;')}"`)
  })
})
