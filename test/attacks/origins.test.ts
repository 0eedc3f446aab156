import { expect, it } from 'vitest'
import { API, type TestServer, testServer } from '../support/server.ts'
import { makeCallers } from './callers.ts'
import { makeThings } from './things.ts'
import { deployment } from './deployment.ts'
import { ENTRIES } from './who-may.ts'

const FOREIGN = ['https://evil.example', 'null']
const OPEN = /^\/(\.well-known\/|oauth\/status-lists(\/|$)|admin\/v1\/openapi\.json$)/

/** A public document may be read with any header but credentials, which a `*` does not cover (Fetch §3.3.2). */
const PUBLIC = [
  ['access-control-allow-headers', '*'],
  ['access-control-allow-methods', 'GET, HEAD'],
  ['access-control-allow-origin', '*'],
  ['access-control-max-age', '86400'],
]

const corsOf = ({ headers }: Response) =>
  [...headers].filter(([name]) => name.startsWith('access-control-'))

it('CVE-2026-54290: no origin may read an answer but of what is public, and none with credentials', async () => {
  const server = testServer({ statusLists: true })
  // The first status list, in which clients get their places.
  await server.cron()
  const callers = await makeCallers(server)
  const things = await makeThings(server, '')
  for (const route of Object.keys(ENTRIES)) {
    const [method = '', path = ''] = route.split(' ')
    const to = path.replace('/:slash{$}', '/').replace(/:(\w+)/g, (_, name) => things[name] ?? '')
    for (const who of [
      callers.nobody,
      path.startsWith('/console') ? callers.viewer : callers.reader,
    ]) {
      for (const origin of FOREIGN) {
        const answers = [
          await answer(server, to, { method, headers: { ...who.headers, Origin: origin } }),
          await preflight(server, to, { ...who.headers, Origin: origin }, method),
        ]
        const allowed = OPEN.test(path) ? [['access-control-allow-origin', '*']] : []
        expect([route, origin, corsOf(answers[0]!)]).toEqual([route, origin, allowed])
        expect([route, origin, corsOf(answers[1]!)]).toEqual([
          route,
          origin,
          OPEN.test(path) ? PUBLIC : [],
        ])
      }
    }
  }
})

async function answer(server: TestServer, path: string, init: RequestInit) {
  const response = await server.send(path, { ...init, redirect: 'manual' })
  await response.body?.cancel()
  return response
}

function preflight(server: TestServer, path: string, who: HeadersInit, method: string) {
  const headers = new Headers(who)
  headers.set('Access-Control-Request-Method', method)
  headers.set('Access-Control-Request-Headers', 'authorization')
  return answer(server, path, { method: 'OPTIONS', headers })
}

const HOSTS = ['evil.example', 'evil.example:443', 'auth.example.evil.example', 'localhost', '']

/** Headers by which a caller, or what is in front, says which host it asked. */
const SAYING = [
  'Host X-Forwarded-Host X-Host X-Original-Host X-Forwarded-Server Forwarded',
  'X-Forwarded-Proto X-Forwarded-Prefix X-Forwarded-Port X-Original-URL',
].flatMap((line) => line.split(' '))

it('takes the issuer for its address, whatever host a header names', async () => {
  const { issuer, server, client } = await deployment()
  const basic = { Authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` }
  const bootstrap = { Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}` }
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const json = { 'Content-Type': 'application/json' }
  const sent: [path: string, init: RequestInit][] = [
    ['/', {}],
    ['/.well-known/oauth-authorization-server', {}],
    ['/.well-known/openid-configuration', {}],
    ['/console/clients', {}],
    ['/console', {}],
    ['/admin/v1/clients', {}],
    ['/oauth/token', { method: 'POST', headers: form, body: 'grant_type=client_credentials' }],
    [
      '/admin/v1/clients',
      { method: 'POST', headers: { ...json, ...bootstrap }, body: '{"client_name":"a"}' },
    ],
    [
      '/oauth/token',
      {
        method: 'POST',
        headers: { ...form, ...basic },
        body: `grant_type=client_credentials&resource=${encodeURIComponent(API)}`,
      },
    ],
  ]
  for (const name of SAYING) {
    for (const host of HOSTS) {
      const value = name === 'Forwarded' ? `host=${host};proto=http` : host
      for (const [path, init] of sent) {
        const headers = new Headers(init.headers)
        headers.set(name, value)
        const response = await server.send(path, { ...init, headers, redirect: 'manual' })
        const text = JSON.stringify([...response.headers]) + (await response.text())
        expect(text, `${name}: ${host} at ${path}`).not.toContain('evil.example')
        expect(response.status).toBeLessThan(500)
      }
    }
  }
  const asked = await server.send('/oauth/token', {
    method: 'POST',
    headers: { ...form, ...basic, Host: 'evil.example', 'X-Forwarded-Host': 'evil.example' },
    body: 'grant_type=client_credentials',
  })
  const { access_token } = await asked.json<{ access_token: string }>()
  expect(JSON.parse(atob(access_token.split('.')[1] ?? ''))).toMatchObject({ iss: issuer })
})
