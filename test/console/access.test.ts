import { exportJWK, generateKeyPair } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { platformAgrees } from '../../src/console/sign-in/access.ts'
import { ADDRESS, accessTeam, cookieOf, getWith, isTurnedAway } from '../support/assertions.ts'
import { formTokenIn } from '../support/console.ts'
import { watchedDatabase } from '../support/counting.ts'
import { heardLog } from '../support/refusals/log.ts'
import { ISSUER, testServer } from '../support/server.ts'

let log: ReturnType<typeof vi.spyOn>
beforeEach(() => {
  log = vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

type Team = Awaited<ReturnType<typeof accessTeam>>

const otherKey = async () => (await generateKeyPair('RS256')).privateKey

describe('an assertion of Cloudflare Access', () => {
  it('signs an administrator in, and the session goes on', async () => {
    const { server, assertion } = await accessTeam()
    const jwt = await assertion()
    const first = await getWith(server, '/clients', { assertion: jwt })
    expect(first.status).toBe(200)
    expect(await first.text()).toContain(ADDRESS)
    const again = await getWith(server, '/clients', { assertion: jwt, cookie: cookieOf(first) })
    expect(again.status).toBe(200)
    expect(again.headers.get('set-cookie')).toBeNull()
  })

  it.each([
    ['late', (now: number) => ({ exp: now - 9 })],
    ['early', (now: number) => ({ nbf: now + 10 })],
  ])('is good where the clock of Access is ten seconds %s', async (_how, claimsAt) => {
    const { server, assertion } = await accessTeam()
    const jwt = await assertion({ claims: claimsAt(server.clock.now) })
    expect((await getWith(server, '/clients', { assertion: jwt })).status).toBe(200)
  })

  const forgeries: [string, (team: Team) => Promise<string>][] = [
    ['for another audience', ({ assertion }) => assertion({ claims: { aud: ['f'.repeat(64)] } })],
    ['without an audience', ({ assertion }) => assertion({ claims: { aud: [] } })],
    [
      'of another team',
      ({ assertion }) => assertion({ claims: { iss: 'https://other.cloudflareaccess.com' } }),
    ],
    [
      'whose issuer only begins like ours',
      ({ assertion, issuer }) => assertion({ claims: { iss: `${issuer}.evil.example` } }),
    ],
    [
      'that has expired',
      ({ assertion, server }) => assertion({ claims: { exp: server.clock.now - 10 } }),
    ],
    [
      'that is not valid yet',
      ({ assertion, server }) => assertion({ claims: { nbf: server.clock.now + 11 } }),
    ],
    ['without an end', ({ assertion }) => assertion({ claims: { exp: undefined } })],
    ['without an address', ({ assertion }) => assertion({ claims: { email: undefined } })],
    [
      'of a service token',
      ({ assertion }) => assertion({ claims: { email: undefined, common_name: 'x.access' } }),
    ],
    ['with a list of addresses', ({ assertion }) => assertion({ claims: { email: [ADDRESS] } })],
    [
      'with a display name around the address',
      ({ assertion }) => assertion({ claims: { email: `Ada <${ADDRESS}>` } }),
    ],
    [
      'of somebody who isn’t an administrator',
      ({ assertion }) => assertion({ claims: { email: 'eve@example.com' } }),
    ],
    ['signed by another key', async ({ assertion }) => assertion({ key: await otherKey() })],
    [
      'signed by another key with another kid',
      async ({ assertion }) => assertion({ key: await otherKey(), header: { kid: 'other' } }),
    ],
    [
      'that is an HMAC with the public key',
      async ({ assertion, publicKeyAsSecret }) =>
        assertion({ key: await publicKeyAsSecret(), header: { alg: 'HS256' } }),
    ],
    [
      'with alg none',
      async ({ assertion }) => {
        const [, payload = ''] = (await assertion()).split('.')
        return `${btoa('{"alg":"none","kid":"first"}').replaceAll('=', '')}.${payload}.`
      },
    ],
    [
      'whose payload was changed',
      async ({ assertion }) => {
        const [header = '', , signature = ''] = (await assertion()).split('.')
        const [, payload = ''] = (await assertion({ claims: { sub: 'eve' } })).split('.')
        return `${header}.${payload}.${signature}`
      },
    ],
    [
      'by an algorithm that is none of theirs, of a key of theirs',
      async ({ assertion, certs }) => {
        const { publicKey, privateKey } = await generateKeyPair('Ed25519', { extractable: true })
        certs.keys.push({ ...(await exportJWK(publicKey)), kid: 'ed', alg: 'Ed25519', use: 'sig' })
        return assertion({ key: privateKey, header: { alg: 'Ed25519', kid: 'ed' } })
      },
    ],
    ['that is no JWT', async () => 'let me in'],
    ['that is empty', async () => ''],
  ]
  it.each(forgeries)('%s opens nothing', async (_what, forge) => {
    const team = await accessTeam()
    const response = await getWith(team.server, '/clients', { assertion: await forge(team) })
    expect(isTurnedAway(response)).toBe(true)
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(log).not.toHaveBeenCalled()
  })

  it('is nothing where Access is not configured', async () => {
    const team = await accessTeam({ ACCESS_TEAM_DOMAIN: '', ACCESS_AUD: '' })
    const access = { aud: 'any', getIdentity: async () => ({ email: ADDRESS }) }
    const headers = { assertion: await team.assertion() }
    expect(isTurnedAway(await getWith(team.server, '/clients', headers, access))).toBe(true)
    expect(team.certs.fetches).toBe(0)
  })

  it('is nothing for the JSON admin API', async () => {
    const { server, assertion } = await accessTeam()
    const headers = { 'Cf-Access-Jwt-Assertion': await assertion() }
    expect((await server.send('/admin/v1/clients', { headers })).status).toBe(401)
  })
})

const identity = (email?: string) => async () => (email === undefined ? undefined : { email })

describe('what the platform says of who is there', () => {
  it.each([
    ['agrees', undefined, ADDRESS, true],
    ['is of another application', 'another', ADDRESS, false],
    ['names somebody else', undefined, 'eve@example.com', false],
    ['names nobody', undefined, undefined, false],
  ])('%s', async (_what, aud, email, getsIn) => {
    const { server, assertion } = await accessTeam()
    const audience = server.bindings.ACCESS_AUD ?? ''
    const access = { aud: aud ?? audience, getIdentity: identity(email) }
    const response = await getWith(server, '/clients', { assertion: await assertion() }, access)
    expect(response.status === 200).toBe(getsIn)
  })

  // No request can forge it: the platform sets it if Access protects the Worker itself.
  it.each([
    ['is enough without an assertion', undefined, ADDRESS, true],
    ['is not, of another application', 'another', ADDRESS, false],
    ['is not, of somebody else', undefined, 'eve@example.com', false],
    ['is not, of nobody', undefined, undefined, false],
  ])('%s', async (_what, aud, email, getsIn) => {
    const { server } = await accessTeam()
    const access = { aud: aud ?? server.bindings.ACCESS_AUD ?? '', getIdentity: identity(email) }
    const response = await getWith(server, '/clients', {}, access)
    expect(isTurnedAway(response)).toBe(!getsIn)
  })

  it('is not enough where Access is not configured, whatever it says', async () => {
    const server = testServer()
    const ada = { email: ADDRESS, access: 'manage' }
    await server.adminOk('POST', '/administrators', ada)
    const access = { aud: 'any', getIdentity: identity(ADDRESS) }
    expect(isTurnedAway(await getWith(server, '/clients', {}, access))).toBe(true)
  })
})

async function opened() {
  const team = await accessTeam()
  const assertion = await team.assertion()
  const first = await getWith(team.server, '/clients', { assertion })
  return { ...team, jwt: assertion, cookie: cookieOf(first), page: await first.text() }
}

describe('a session that Access opened', () => {
  it('is nothing without the assertion, or with one that has expired', async () => {
    const { server, cookie, jwt } = await opened()
    expect(isTurnedAway(await getWith(server, '/clients', { cookie }))).toBe(true)
    server.clock.now += 700
    expect(isTurnedAway(await getWith(server, '/clients', { cookie, assertion: jwt }))).toBe(true)
  })

  it('is nothing with the assertion of somebody else', async () => {
    const { server, cookie, assertion } = await opened()
    const other = await assertion({ claims: { email: 'eve@example.com' } })
    expect(isTurnedAway(await getWith(server, '/clients', { cookie, assertion: other }))).toBe(true)
  })

  it('becomes a new one when another administrator is there', async () => {
    const { server, cookie, assertion, page } = await opened()
    const bob = 'bob@example.com'
    await server.adminOk('POST', '/administrators', { email: bob, access: 'view' })
    const other = await assertion({ claims: { email: bob } })
    const response = await getWith(server, '/clients', { cookie, assertion: other })
    const text = await response.text()
    expect(text).toContain(bob)
    expect(text).not.toContain(ADDRESS)
    expect(formTokenIn(text)).not.toBe(formTokenIn(page))
    expect(cookieOf(response)).not.toBe(cookie)
  })

  it('ends with the administrator', async () => {
    const { server, cookie, jwt } = await opened()
    const { data } = await server.adminOk('GET', '/administrators')
    const id = (data as { administrator_id: string }[])[0]?.administrator_id
    expect((await server.admin('DELETE', `/administrators/${id}`)).status).toBe(204)
    expect(isTurnedAway(await getWith(server, '/clients', { cookie, assertion: jwt }))).toBe(true)
    expect(isTurnedAway(await getWith(server, '/clients', { assertion: jwt }))).toBe(true)
  })

  it('signs out of Access too', async () => {
    const { server, cookie, jwt, page } = await opened()
    const response = await server.send('/console/sign-out', {
      method: 'POST',
      headers: {
        Cookie: cookie,
        Origin: ISSUER,
        'Cf-Access-Jwt-Assertion': jwt,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ form_token: formTokenIn(page) }).toString(),
      redirect: 'manual',
    })
    expect(response.headers.get('location')).toBe('/cdn-cgi/access/logout')
    expect(response.headers.get('set-cookie')).toContain('__Host-portcullis=;')
  })
})

describe('the keys of Access', () => {
  it('are fetched once, and again after ten minutes', async () => {
    const { server, assertion, certs } = await accessTeam()
    for (const _ of [1, 2, 3]) await getWith(server, '/clients', { assertion: await assertion() })
    expect(certs.fetches).toBe(1)
    server.clock.now += 601
    await getWith(server, '/clients', { assertion: await assertion() })
    expect(certs.fetches).toBe(2)
  })

  it('are fetched anew for a key that is new, and no more often than every 30 seconds', async () => {
    const { server, assertion, certs } = await accessTeam()
    await getWith(server, '/clients', { assertion: await assertion() })
    const pair = await generateKeyPair('ES256', { extractable: true })
    const fresh = { key: pair.privateKey, header: { alg: 'ES256', kid: 'second' } }
    const jwk = await exportJWK(pair.publicKey)
    certs.keys.push({ ...jwk, kid: 'second', alg: 'ES256', use: 'sig' })
    const turnedAway = await getWith(server, '/clients', { assertion: await assertion(fresh) })
    expect(isTurnedAway(turnedAway)).toBe(true)
    expect(certs.fetches).toBe(1)
    server.clock.now += 31
    const response = await getWith(server, '/clients', { assertion: await assertion(fresh) })
    expect(response.status).toBe(200)
    expect(certs.fetches).toBe(2)
  })

  it('are not fetched anew for an assertion that they signed and that is not valid', async () => {
    const { server, assertion, certs } = await accessTeam()
    await getWith(server, '/clients', { assertion: await assertion() })
    server.clock.now += 31
    const late = await assertion({ claims: { exp: server.clock.now - 60 } })
    expect(isTurnedAway(await getWith(server, '/clients', { assertion: late }))).toBe(true)
    expect(certs.fetches).toBe(1)
  })

  it('may put a new one in the place of the old one, under its name', async () => {
    const { server, assertion, certs } = await accessTeam()
    await getWith(server, '/clients', { assertion: await assertion() })
    const pair = await generateKeyPair('RS256', { extractable: true })
    const jwk = await exportJWK(pair.publicKey)
    certs.keys.splice(0, 1, { ...jwk, kid: 'first', alg: 'RS256', use: 'sig' })
    const fresh = await assertion({ key: pair.privateKey })
    expect(isTurnedAway(await getWith(server, '/clients', { assertion: fresh }))).toBe(true)
    expect(certs.fetches).toBe(1)
    server.clock.now += 31
    expect((await getWith(server, '/clients', { assertion: fresh })).status).toBe(200)
  })

  it('are used for ten minutes while Access is down', async () => {
    const { server, assertion, certs } = await accessTeam()
    await getWith(server, '/clients', { assertion: await assertion() })
    certs.mode = 'is down'
    server.clock.now += 599
    const response = await getWith(server, '/clients', { assertion: await assertion() })
    expect([response.status, certs.fetches]).toEqual([200, 1])
  })

  it.each([
    ['refuses', 'status 502'],
    ['is down', 'Network connection lost.'],
    ['talks nonsense', 'not a key set'],
  ] as const)(
    'whoever %s: nobody gets in by Access, the log says why, and the bootstrap token still does',
    async (mode, why) => {
      const { server, assertion, certs } = await accessTeam()
      certs.mode = mode
      const headers = { assertion: await assertion() }
      const response = await getWith(server, '/clients', headers)
      expect(response.status).toBe(503)
      expect(await response.text()).toContain('Try again')
      expect(log.mock.calls.flat().join()).toContain('identity_provider')
      expect(log.mock.calls.flat().join()).toContain(`the keys of Cloudflare Access (${why})`)
      log.mockClear()
      const page = await getWith(server, '/sign-in', headers)
      expect(page.status).toBe(200)
      expect(log.mock.calls.flat().join()).toContain('the keys of Cloudflare Access (')
      const text = await page.text()
      expect(text).toContain('keys of Cloudflare Access can’t be fetched')
      expect(text).toContain('name="token"')
    },
  )
})

it('no platform is asked where a host calls the app without one', async () => {
  const outside = {
    get executionCtx(): never {
      throw new Error('there is no ExecutionContext')
    },
  }
  expect(await platformAgrees(outside as never, ADDRESS)).toBe(true)
})

describe('the sign-in page', () => {
  it('does not blame Access where the database is out of reach', async () => {
    const { server, assertion } = await accessTeam()
    const DB = watchedDatabase(server.bindings.DB, (sql) => {
      if (sql.includes('portcullis_administrators')) throw new Error('D1_ERROR: out of reach')
    })
    const out = testServer({ now: server.clock.now, env: { ...server.bindings, DB } })
    const page = await getWith(out, '/sign-in', { assertion: await assertion() })
    expect(page.status).toBe(503)
    expect(await page.text()).not.toContain('keys of Cloudflare Access')
  })

  it.each([
    ['an administrator', {}, `Continue as ${ADDRESS}`],
    ['somebody else', { claims: { email: 'eve@example.com' } }, 'who isn’t an administrator'],
    ['nobody', { claims: { aud: ['other'] } }, 'did not identify you'],
  ])('says what is to be done where Access knows %s', async (_who, forged, words) => {
    const { server, assertion } = await accessTeam()
    const heard = heardLog()
    const page = await getWith(server, '/sign-in', { assertion: await assertion(forged) })
    const isStranger = words.includes('isn’t an administrator')
    const details = heard.refusals().map(({ detail }) => detail)
    expect(details).toEqual(isStranger ? ['no_administrator'] : [])
    expect((await page.text()).replaceAll(/<\/?bdi>|\s+/g, ' ')).toContain(words)
  })
})
