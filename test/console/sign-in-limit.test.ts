import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openIdProvider, sessionIn } from '../support/provider.ts'
import { heardLog } from '../support/refusals/log.ts'
import { ISSUER } from '../support/server.ts'

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

const MOST = 100

type World = Awaited<ReturnType<typeof openIdProvider>>

/** Begins a sign-in and returns with a code that the provider refuses when it is asked. */
async function failedSignIn({ start, finish }: World): Promise<Response> {
  const { cookie, state } = await start()
  return finish(cookie, { state, code: 'theirs' })
}

/** A provider that accepts no code. */
async function refusing() {
  const world = await openIdProvider()
  world.provider.tokenAnswer = () => Response.json({ error: 'invalid_grant' }, { status: 400 })
  return world
}

describe('signing in at the provider', () => {
  it('is not tried again after many failures from an address, for the rest of the minute', async () => {
    const world = await refusing()
    const begun = await world.start()
    for (let i = 0; i < MOST; i++) expect((await failedSignIn(world)).status).toBe(401)
    const asked = world.provider.asked.length
    const heard = heardLog()
    const { response } = await world.start()
    expect(heard.refusals()).toMatchObject([{ reason: 'too_many_requests', detail: 'sign_ins' }])
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '60'])
    expect(await response.text()).toContain('Too many attempts. Wait 60 seconds.')
    const returned = await world.finish(begun.cookie, { state: begun.state, code: 'theirs' })
    expect([returned.status, returned.headers.get('retry-after')]).toEqual([429, '60'])
    expect(world.provider.asked).toHaveLength(asked)
    const elsewhere = {
      headers: { 'CF-Connecting-IP': '203.0.113.9' },
      redirect: 'manual',
    } as const
    expect((await world.server.send('/console/sign-in/oidc', elsewhere)).status).toBe(303)
    world.server.clock.now += 60
    world.provider.tokenAnswer = null
    expect(sessionIn(await world.signIn())).not.toBeNull()
  })

  it('is kept from nobody by guesses of the bootstrap token, nor the other way round', async () => {
    const world = await refusing()
    const post = (token: string) =>
      world.server.send('/console/sign-in', {
        method: 'POST',
        headers: { Origin: ISSUER, 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ token }).toString(),
        redirect: 'manual',
      })
    for (let i = 0; i < MOST; i++) await failedSignIn(world)
    expect((await post(env.BOOTSTRAP_TOKEN ?? '')).status).toBe(303)
    for (let i = 0; i <= MOST; i++) await post(`guess-${i}`)
    expect((await post(env.BOOTSTRAP_TOKEN ?? '')).status).toBe(429)
    const other = await openIdProvider()
    for (let i = 0; i <= MOST; i++) {
      await other.server.form('/console/sign-in', { token: `guess-${i}` }, undefined, {
        Origin: ISSUER,
      })
    }
    expect(sessionIn(await other.signIn())).not.toBeNull()
  })

  it('is kept from nobody by a client called like the console', async () => {
    const world = await openIdProvider()
    for (const name of ['console', 'provider', '']) {
      const fields = { grant_type: 'client_credentials', client_id: name, client_secret: 'x' }
      for (let i = 0; i <= MOST; i++) await world.server.form('/oauth/token', fields)
    }
    expect(sessionIn(await world.signIn())).not.toBeNull()
  })
})
