import { exportJWK, generateKeyPair } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { accessTeam, getWith, isTurnedAway } from '../support/assertions.ts'
import { openIdProvider, sessionIn } from '../support/provider.ts'

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

const MANY = 50

type Team = Awaited<ReturnType<typeof accessTeam>>

/** As many assertions, each signed by another key that Access does not have. */
const junk = async ({ assertion }: Team) => {
  const { privateKey: key } = await generateKeyPair('RS256')
  const kids = Array.from({ length: MANY }, (_, i) => `junk-${i}`)
  return Promise.all(kids.map((kid) => assertion({ key, header: { kid } })))
}

const pagesWith = ({ server }: Team, assertions: string[]) =>
  Promise.all(assertions.map((assertion) => getWith(server, '/clients', { assertion })))

describe('50 requests at once with assertions by unknown keys', () => {
  it('fetch the keys of Access once, and the person among them gets in', async () => {
    const team = await accessTeam()
    const [assertions, good] = [await junk(team), await team.assertion()]
    const [person, ...others] = await pagesWith(team, [good, ...assertions])
    expect(person?.status).toBe(200)
    expect(others.every(isTurnedAway)).toBe(true)
    expect(team.certs.fetches).toBe(1)
  })

  it('fetch them once more in 30 seconds, and a key that is new is found', async () => {
    const team = await accessTeam()
    await getWith(team.server, '/clients', { assertion: await team.assertion() })
    const pair = await generateKeyPair('ES256', { extractable: true })
    const jwk = await exportJWK(pair.publicKey)
    team.certs.keys.push({ ...jwk, kid: 'second', alg: 'ES256', use: 'sig' })
    team.server.clock.now += 31
    const header = { alg: 'ES256', kid: 'second' }
    const good = await team.assertion({ key: pair.privateKey, header })
    const pages = await pagesWith(team, [...(await junk(team)), good])
    expect(pages.at(-1)?.status).toBe(200)
    expect(team.certs.fetches).toBe(2)
  })

  it('ask once in five seconds while Access is down', async () => {
    const team = await accessTeam()
    team.certs.mode = 'is down'
    const assertions = await junk(team)
    for (const [seconds, fetches] of [
      [0, 1],
      [4, 1],
      [1, 2],
    ] as const) {
      team.server.clock.now += seconds
      const pages = await pagesWith(team, assertions)
      expect(pages.every(({ status }) => status === 503)).toBe(true)
      expect(team.certs.fetches).toBe(fetches)
    }
  })
})

type World = Awaited<ReturnType<typeof openIdProvider>>

const asked = ({ provider }: World, path: string) =>
  provider.asked.filter(({ url }) => url.endsWith(path)).length

const DISCOVERY = '/.well-known/openid-configuration'

describe('an OpenID provider', () => {
  it('is asked what it is once, by however many who sign in at once', async () => {
    const world = await openIdProvider()
    const starts = await Promise.all(Array.from({ length: MANY }, () => world.start()))
    expect(starts.every(({ response }) => response.status === 303)).toBe(true)
    expect(asked(world, DISCOVERY)).toBe(1)
  })

  it('that is down is asked once in five seconds', async () => {
    const world = await openIdProvider()
    world.provider.down.add(DISCOVERY)
    const starts = await Promise.all(Array.from({ length: MANY }, () => world.start()))
    expect(starts.every(({ response }) => response.status === 503)).toBe(true)
    expect(asked(world, DISCOVERY)).toBe(1)
    world.provider.down.clear()
    world.server.clock.now += 5
    expect((await world.start()).response.status).toBe(303)
  })

  it('is asked for its keys once for many sign-ins, and again for a key that is new', async () => {
    const world = await openIdProvider()
    for (let i = 0; i < 3; i++) expect(sessionIn(await world.signIn())).not.toBeNull()
    expect(asked(world, '/keys')).toBe(1)
    const next = await generateKeyPair('RS256', { extractable: true })
    const jwk = await exportJWK(next.publicKey)
    world.keys.push({ ...jwk, kid: 'second', alg: 'RS256', use: 'sig' })
    world.server.clock.now += 31
    Object.assign(world.provider, { key: next.privateKey, header: { kid: 'second' } })
    expect(sessionIn(await world.signIn())).not.toBeNull()
    expect(asked(world, '/keys')).toBe(2)
  })

  it('may put a new key in the place of the old one, under its name', async () => {
    const world = await openIdProvider()
    await world.signIn()
    const next = await generateKeyPair('RS256', { extractable: true })
    const jwk = await exportJWK(next.publicKey)
    world.keys.splice(0, 1, { ...jwk, kid: 'first', alg: 'RS256', use: 'sig' })
    world.server.clock.now += 31
    world.provider.key = next.privateKey
    expect(sessionIn(await world.signIn())).not.toBeNull()
  })
})
