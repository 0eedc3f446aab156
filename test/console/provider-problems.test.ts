import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openIdProvider, sessionIn } from '../support/provider.ts'

let log: ReturnType<typeof vi.spyOn>
beforeEach(() => {
  log = vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

type World = Awaited<ReturnType<typeof openIdProvider>>
type Spoil = (world: World) => unknown

const logged = () => log.mock.calls.flat().join()

const withoutAddress: Spoil = ({ provider }) => {
  provider.metadata = { userinfo_endpoint: `${provider.issuer}/userinfo` }
  provider.claims = { email: undefined }
}

const unavailable: [string, Spoil, string][] = [
  [
    'the token endpoint cannot be reached',
    ({ provider }) => provider.down.add('/token'),
    'token endpoint (Network connection lost.)',
  ],
  [
    'the token endpoint fails',
    ({ provider }) => (provider.tokenAnswer = () => new Response('', { status: 500 })),
    'its token endpoint fails',
  ],
  [
    'the keys cannot be reached',
    ({ provider }) => provider.down.add('/keys'),
    'keys (Network connection lost.)',
  ],
  [
    'the keys are none',
    ({ provider }) => (provider.metadata = { jwks_uri: `${provider.issuer}/userinfo` }),
    'keys (not a key set)',
  ],
  [
    'the userinfo endpoint cannot be reached',
    (world) => {
      withoutAddress(world)
      world.provider.down.add('/userinfo')
    },
    'userinfo endpoint (Network connection lost.)',
  ],
]

const refused: [string, Spoil, string][] = [
  [
    'a token of another type',
    ({ provider }) => (provider.tokenType = 'DPoP'),
    '(not a Bearer token)',
  ],
  [
    'an ID token for another party',
    ({ provider }) => (provider.claims = { azp: 'another' }),
    '(an ID token for another party)',
  ],
  [
    'a long error',
    ({ provider }) =>
      (provider.tokenAnswer = () => Response.json({ error: 'x'.repeat(60) }, { status: 400 })),
    `(it says ${'x'.repeat(40)})`,
  ],
]

describe('when a sign-in fails at the provider, the log says why', () => {
  it.each(unavailable)('where %s', async (_what, spoil, line) => {
    const world = await openIdProvider()
    spoil(world)
    expect((await world.signIn()).status).toBe(503)
    expect(logged()).toContain(`: ${line}`)
    expect(logged()).toContain('identity_provider')
  })

  it.each(refused)('where it gave %s', async (_what, spoil, line) => {
    const world = await openIdProvider()
    spoil(world)
    expect((await world.signIn()).status).toBe(401)
    expect(logged()).toContain(`a sign-in that is not valid ${line}`)
  })

  it('where the browser brings an empty issuer', async () => {
    const { start, finish } = await openIdProvider()
    const { cookie, state } = await start()
    await finish(cookie, { state, code: 'theirs', iss: '' })
    expect(logged()).toContain('a sign-in that is not valid (an empty parameter)')
  })

  it('in a hundred characters, however much the runtime says of its keys', async () => {
    const { start, finish } = await openIdProvider()
    const { cookie, state } = await start()
    const importKey: (...args: never[]) => Promise<CryptoKey> = crypto.subtle.importKey.bind(
      crypto.subtle,
    )
    vi.spyOn(crypto.subtle, 'importKey').mockImplementation(async (...args: unknown[]) => {
      if (JSON.stringify(args[2]).includes('RSASSA')) throw new TypeError('x'.repeat(200))
      return importKey(...(args as never[]))
    })
    expect((await finish(cookie, { state, code: 'theirs' })).status).toBe(401)
    expect(logged()).toContain(`a sign-in that is not valid (${'x'.repeat(100)})`)
  })

  it('where its metadata is that of another, and names the issuer', async () => {
    const { provider, start } = await openIdProvider()
    provider.metadata = { issuer: 'https://x.example' }
    expect((await start()).response.status).toBe(503)
    expect(logged()).toContain(`discovery (not metadata of ${provider.issuer})`)
  })

  it('in a hundred characters, however long the reason is', async () => {
    const { start } = await openIdProvider()
    vi.mocked(fetch).mockRejectedValue(new Error('x'.repeat(200)))
    expect((await start()).response.status).toBe(503)
    expect(logged()).toContain(`discovery (${'x'.repeat(100)})`)
  })
})

describe('a provider', () => {
  it('that does not answer is waited for five seconds', async () => {
    const { start } = await openIdProvider()
    const [asked, late] = [Promise.withResolvers<void>(), Promise.withResolvers<Response>()]
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    vi.mocked(fetch).mockImplementation(() => {
      asked.resolve()
      return late.promise
    })
    const begun = start()
    await asked.promise
    await vi.advanceTimersByTimeAsync(5000)
    const { response } = await begun
    vi.useRealTimers()
    late.resolve(new Response())
    expect(response.status).toBe(503)
    expect(logged()).toContain('discovery (')
  })

  it('is sent no further by a redirect', async () => {
    const world = await openIdProvider()
    const headers = { Location: 'https://elsewhere.example/token' }
    world.provider.tokenAnswer = () => new Response(null, { status: 307, headers })
    expect(sessionIn(await world.signIn())).toBeNull()
    for (const request of world.provider.asked) expect(request.redirect).toBe('manual')
  })
})
