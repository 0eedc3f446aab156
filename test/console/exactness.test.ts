import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openIdProvider, sessionIn } from '../support/provider.ts'
import { testServer, type TestServer } from '../support/server.ts'

// Small mistakes in the sign-in and the pages that once went unnoticed.

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

async function statusWith(server: TestServer, cookie: string): Promise<number> {
  const headers = { Cookie: cookie }
  return (await server.send('/console/clients', { headers, redirect: 'manual' })).status
}

it('a session ends when its provider is not the configured one any more', async () => {
  const { server, signIn } = await openIdProvider()
  const cookie = sessionIn(await signIn()) ?? ''
  expect(await statusWith(server, cookie)).toBe(200)
  const elsewhere = { ...server.bindings, OIDC_ISSUER: 'https://other-provider.example' }
  const moved = testServer({ now: server.clock.now, env: elsewhere })
  expect(await statusWith(moved, cookie)).toBe(303)
})

it('an answer without the issuer is refused where the provider promises to name it', async () => {
  const { server, start } = await openIdProvider()
  const { cookie, state } = await start()
  const text = new URLSearchParams({ state, code: 'theirs' }).toString()
  const path = `/console/sign-in/oidc/callback?${text}`
  const response = await server.send(path, { headers: { Cookie: cookie }, redirect: 'manual' })
  expect(sessionIn(response)).toBeNull()
})

it('no redirect of the provider is followed: the secret and the code go nowhere else', async () => {
  const { provider, signIn } = await openIdProvider()
  await signIn()
  expect(provider.asked.length).toBeGreaterThan(1)
  expect(provider.asked.map(({ redirect }) => redirect)).toEqual(provider.asked.map(() => 'manual'))
})

it('a page lets images, styles and scripts come from its own origin alone', async () => {
  const { headers } = await testServer().send('/console/sign-in')
  const policy = headers.get('content-security-policy') ?? ''
  const sources = Object.fromEntries(
    policy.split('; ').map((part) => [part.split(' ')[0], part.split(' ').slice(1).join(' ')]),
  )
  expect(sources).toMatchObject({
    'default-src': "'none'",
    'img-src': "'self' data:",
    'style-src': "'self'",
    'script-src': "'self'",
  })
  expect(policy).not.toContain('*')
})
