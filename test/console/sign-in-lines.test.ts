import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { EVE, MANAGE, providerWithGroups } from '../support/group-sign-in.ts'
import { ADDRESS, openIdProvider } from '../support/provider.ts'
import { heardLog } from '../support/refusals/log.ts'
import { ISSUER, testServer } from '../support/server.ts'

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
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

/** Reads what the page says, and whether its link asks the provider for somebody else. */
async function told(response: Response): Promise<[string, boolean]> {
  const page = await response.text()
  const [, alert = ''] = /role="alert"[^>]*>([\s\S]*?)<\/div>/.exec(page) ?? []
  return [alert.replaceAll(/<[^>]+>/g, '').trim(), page.includes('/sign-in/oidc?other')]
}

it('says on the page why a person was not let in, and who may try again', async () => {
  const { server, provider, come, eve, start, finish } = await providerWithGroups()
  const again = async (claims: object) => told(await come({ groups: [MANAGE], ...claims }))
  expect(await again({ email_verified: false })).toEqual([
    'The provider didn’t confirm your email address. Sign in as somebody else.',
    true,
  ])
  expect(await again({ groups: [] })).toEqual([
    `${EVE} is not an administrator of this Portcullis. Sign in as somebody else.`,
    true,
  ])
  expect(await again({ aud: 'somebody else' })).toEqual([
    'The provider’s answer is not valid. Start again; the log says why.',
    false,
  ])
  const { cookie, state } = await start()
  expect(await told(await finish(cookie, { state, error: 'access_denied' }))).toEqual([
    'The provider refused the sign-in. Start again.',
    false,
  ])
  expect(await told(await finish('', { state: 'x', code: 'y' }))).toEqual([
    'This sign-in took longer than ten minutes, or was used before. Start again.',
    false,
  ])
  await again({})
  const { administrator_id: id } = await eve()
  await server.adminOk('PATCH', `/administrators/${id}`, { blocked: true })
  expect(await again({})).toEqual([
    `An administrator has blocked ${EVE} here. Sign in as somebody else.`,
    true,
  ])
  provider.down.add('/token')
  expect(await again({})).toEqual([
    'The OpenID provider can’t be reached now. Try again in a moment.',
    false,
  ])
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
