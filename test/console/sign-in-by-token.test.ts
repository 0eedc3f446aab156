import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readKeyRing } from '../../src/crypto/key-ring.ts'
import { signedTexts } from '../../src/crypto/seals.ts'
import { formTokenIn, signIn, signInAs } from '../support/console.ts'
import { ADDRESS, sessionIn } from '../support/provider.ts'
import { ISSUER, testServer, type TestServer } from '../support/server.ts'

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

const HOUR = 3600

async function pageWith(server: TestServer, cookie: string): Promise<number> {
  const headers = { Cookie: cookie }
  return (await server.send('/console/clients', { headers, redirect: 'manual' })).status
}

function postToken(server: TestServer, token: string, fields: Record<string, string> = {}) {
  return server.send('/console/sign-in', {
    method: 'POST',
    headers: { Origin: ISSUER, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token, ...fields }).toString(),
    redirect: 'manual',
  })
}

const TOKEN = env.BOOTSTRAP_TOKEN ?? ''

describe('by the bootstrap token', () => {
  it('opens a session of eight hours that no script reads and no other site sends', async () => {
    const server = testServer()
    const response = await postToken(server, TOKEN)
    const cookie = response.headers.get('set-cookie') ?? ''
    expect(response.status).toBe(303)
    expect(cookie).toMatch(/^__Host-portcullis=/)
    for (const attribute of ['Max-Age=28800', 'Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']) {
      expect(cookie).toContain(attribute)
    }
    expect(cookie).not.toContain('Domain')
    const session = sessionIn(response) ?? ''
    server.clock.now += 8 * HOUR - 1
    expect(await pageWith(server, session)).toBe(200)
    server.clock.now += 1
    expect(await pageWith(server, session)).toBe(303)
  })

  it('opens nothing for another token, and waits after many', async () => {
    const server = testServer({ failureLimits: { perClient: 3 } })
    for (const n of [1, 2, 3]) {
      const response = await postToken(server, `not-the-token-${n}`)
      expect(response.status).toBe(401)
      expect(response.headers.get('set-cookie')).toBeNull()
    }
    const response = await postToken(server, TOKEN)
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '60'])
    expect(await response.text()).toContain('Too many attempts. Wait 60 seconds.')
    server.clock.now += 61
    expect((await postToken(server, TOKEN)).status).toBe(303)
  })

  it.each([
    ['another token', 'another-bootstrap-token-0123456789-abcdef'],
    ['none', undefined],
  ])('ends when there is %s', async (_what, token) => {
    const { cookie } = await signIn(testServer())
    const changed = testServer({ env: { BOOTSTRAP_TOKEN: token } as Partial<typeof env> })
    expect(await pageWith(changed, cookie)).toBe(303)
  })

  it('fails closed where no way is configured', async () => {
    const server = testServer({ env: { BOOTSTRAP_TOKEN: undefined } as unknown as typeof env })
    const page = await (await server.send('/console/sign-in')).text()
    expect(page).toContain('No way to sign in is configured')
    expect(page).not.toContain('<form')
    expect((await postToken(server, '')).status).toBe(401)
    expect((await postToken(server, 'undefined')).status).toBe(401)
  })
})

describe('a session', () => {
  const KEY = '1:another-key-of-the-tests-that-protects-nothing'

  it('is a new one with each sign-in, whatever cookie was there', async () => {
    const server = testServer()
    const mine = await signIn(server)
    const response = await server.send('/console/sign-in', {
      method: 'POST',
      headers: {
        Cookie: mine.cookie,
        Origin: ISSUER,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ token: TOKEN }).toString(),
      redirect: 'manual',
    })
    const fresh = sessionIn(response) ?? ''
    expect(fresh).not.toBe(mine.cookie)
    const page = await (
      await server.send('/console/clients', { headers: { Cookie: fresh } })
    ).text()
    expect(formTokenIn(page)).not.toBe(formTokenIn(await mine.html('/clients')))
  })

  it('is read under a key that was rotated, and not under one that is gone', async () => {
    const { cookie } = await signIn(testServer())
    const old = env.COOKIE_KEY
    const rotated = testServer({ env: { COOKIE_KEY: `2:${'n'.repeat(40)},${old}` } })
    // Its mark of the bootstrap token depends on the key, too; an administrator's session has none.
    const { administrator_id: id } = await rotated.adminOk('POST', '/administrators', {
      email: ADDRESS,
      access: 'view',
    })
    const ada = await signInAs(rotated, String(id))
    expect(await pageWith(rotated, ada.cookie)).toBe(200)
    const gone = testServer({ env: { COOKIE_KEY: KEY } })
    expect(await pageWith(gone, ada.cookie)).toBe(303)
    expect(await pageWith(gone, cookie)).toBe(303)
  })

  it('that was tampered with, is foreign or is for something else is nobody', async () => {
    const server = testServer()
    const { cookie, html } = await signIn(server)
    const text = cookie.replace('__Host-portcullis=', '')
    const [payload = '', mac = ''] = text.split('.')
    const who = { type: 'administrator', id: 'x', via: 'oidc' }
    const content = { id: 'x', who, expiresAt: server.clock.now + 100 }
    const foreign = await signedTexts(readKeyRing('COOKIE_KEY', KEY), 'session').write(content)
    const cursor = await signedTexts(readKeyRing('COOKIE_KEY', env.COOKIE_KEY), 'cursor').write(
      content,
    )
    const forged = btoa(JSON.stringify(content)).replaceAll('=', '')
    const bad = [
      `${forged}.${mac}`,
      `${payload}.${mac.slice(0, -1)}`,
      `${payload}.`,
      payload,
      `${text}.`,
      `.${mac}`,
      'null',
      '',
      foreign,
      cursor,
      formTokenIn(await html('/clients')),
    ]
    for (const one of bad) {
      expect([one, await pageWith(server, `__Host-portcullis=${one}`)]).toEqual([one, 303])
    }
  })

  it('is asked of D1 each time', async () => {
    const server = testServer()
    const { administrator_id: id } = await server.adminOk('POST', '/administrators', {
      email: ADDRESS,
      access: 'view',
    })
    const ada = await signInAs(server, String(id))
    expect(await ada.html('/clients')).toContain('view only')
    await server.adminOk('DELETE', `/administrators/${id}`)
    const response = await ada.get('/clients')
    expect(response.status).toBe(303)
    expect(
      (await signInAs(server, 'nobody-1234567890').then((x) => x.get('/clients'))).status,
    ).toBe(303)
  })

  it('ends with signing out', async () => {
    const server = testServer()
    const { post } = await signIn(server)
    const response = await post('/sign-out')
    expect(response.headers.get('location')).toBe('/console/sign-in')
    expect(response.headers.get('set-cookie')).toMatch(/__Host-portcullis=;.*Max-Age=0/)
  })
})
