import { afterEach, expect, it, vi } from 'vitest'
import { ADDRESS, openIdProvider } from '../support/provider.ts'
import { heardLog } from '../support/refusals/log.ts'
import { ISSUER, testServer } from '../support/server.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const GUESS = 'a-guess-of-the-bootstrap-token-that-is-long'

it('tells of a guess of the bootstrap token in the console, and does not quote it', async () => {
  const server = testServer()
  const heard = heardLog()
  const response = await server.send('/console/sign-in', {
    method: 'POST',
    headers: { Origin: ISSUER, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token: GUESS }).toString(),
  })
  expect(response.status).toBe(401)
  const line = { endpoint: 'POST /console/sign-in', status: 401, reason: 'bootstrap_token_guess' }
  expect(heard.refusals()).toMatchObject([line])
  expect(heard.texts.join('\n')).not.toContain(GUESS)
})

const CALLBACK = 'GET /console/sign-in/oidc/callback'

it('says why a person was not let in, and has no address of theirs', async () => {
  const { server, provider, finish, start, signIn } = await openIdProvider()
  const heard = heardLog()
  provider.claims = { email: 'mallory@example.com' }
  expect((await signIn()).status).toBe(403)
  provider.claims = { email_verified: false }
  expect((await signIn()).status).toBe(403)
  provider.claims = { aud: 'somebody else' }
  expect((await signIn()).status).toBe(401)
  const { cookie, state } = await start()
  expect((await finish(cookie, { state, error: 'access_denied' })).status).toBe(401)
  expect((await finish('', { state: 'x', code: 'y' })).status).toBe(400)
  provider.down.add('/token')
  expect((await signIn()).status).toBe(503)
  const details = ['no_administrator', 'unverified_address', 'not_valid', 'denied', 'too_late']
  expect(heard.refusals()).toMatchObject(
    [...details, 'provider_down'].map((detail) => ({
      endpoint: CALLBACK,
      reason: 'sign_in_failed',
      detail,
      count: 1,
    })),
  )
  for (const text of ['mallory', ADDRESS, '@']) expect(heard.texts.join('\n')).not.toContain(text)
  expect(server.bindings.OIDC_CLIENT_ID).toBe('portcullis-console')
})

it('leaves no line for a visitor who is asked to sign in', async () => {
  const server = testServer()
  const heard = heardLog()
  expect((await server.send('/console/clients', { redirect: 'manual' })).status).toBe(303)
  expect((await server.send('/console/sign-in')).status).toBe(200)
  expect(heard.refusals()).toEqual([])
})
