import { decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { keyPair, outcome, realIssuer, scriptedIssuer, UNREACHABLE } from './issuers.ts'

const failing = () => new Response('no', { status: 500 })

describe("the issuer's keys", () => {
  it('are fetched once for many requests', async () => {
    const { options, sign, keyFetches } = await scriptedIssuer()
    const tokens = [await sign(), await sign({ jti: 'token-2' }), await sign({ jti: 'token-3' })]
    for (const token of tokens) expect(await outcome(token, options)).toBe('passes')
    expect(keyFetches()).toBe(1)
  })

  it('are fetched again after 300 seconds, not sooner', async () => {
    const { options, sign, clock, keyFetches } = await scriptedIssuer()
    const token = await sign()
    await outcome(token, options)
    clock.now += 299
    await outcome(token, options)
    expect(keyFetches()).toBe(1)
    clock.now += 1
    await outcome(token, options)
    expect(keyFetches()).toBe(2)
  })

  it('are fetched again for an unknown kid, and a token of the new key passes', async () => {
    const { options, sign, clock, script, keyFetches } = await scriptedIssuer()
    await outcome(await sign(), options)
    const next = await keyPair('key-2')
    script.keys = () => Response.json({ keys: [next.jwk] })
    clock.now += 30
    expect(await outcome(await sign({}, {}, next), options)).toBe('passes')
    expect(keyFetches()).toBe(2)
  })

  it('are fetched for unknown kids once in 30 seconds, however many there are', async () => {
    const { options, sign, clock, keyFetches } = await scriptedIssuer()
    const known = await sign()
    await outcome(known, options)
    for (const second of [0, 10, 29]) {
      clock.now = 1_800_000_000 + second
      for (const kid of ['x', 'y', 'z']) {
        expect(await outcome(await sign({}, { kid }), options)).toBe('401 invalid_token')
      }
      expect(await outcome(known, options)).toBe('passes')
    }
    expect(keyFetches()).toBe(1)
    clock.now = 1_800_000_000 + 30
    for (const kid of ['x', 'y', 'z']) await outcome(await sign({}, { kid }), options)
    expect(keyFetches()).toBe(2)
  })

  it('are forgotten when the issuer no longer publishes them', async () => {
    const { options, sign, clock, script } = await scriptedIssuer()
    const token = await sign()
    await outcome(token, options)
    script.keys = () => Response.json({ keys: [] })
    clock.now += 299
    expect(await outcome(token, options)).toBe('passes')
    clock.now += 1
    expect(await outcome(token, options)).toBe('401 invalid_token')
  })

  it('are kept while the server is down, and asked for every 30 seconds', async () => {
    const { options, sign, clock, script, keyFetches } = await scriptedIssuer()
    const token = await sign()
    await outcome(token, options)
    script.keys = failing
    clock.now += 300
    expect(await outcome(token, options)).toBe('passes')
    clock.now += 29
    expect(await outcome(token, options)).toBe('passes')
    expect(keyFetches()).toBe(2)
    clock.now += 1
    expect(await outcome(token, options)).toBe('passes')
    clock.now += 20_000
    expect(await outcome(token, options)).toBe('passes')
    expect(keyFetches()).toBe(4)
  })

  it('leave a token of an unknown kid undecided while they cannot be fetched, in the cooldown too', async () => {
    const { options, sign, clock, script, keyFetches } = await scriptedIssuer()
    await outcome(await sign(), options)
    const next = await keyPair('key-2')
    const token = await sign({}, {}, next)
    script.keys = failing
    clock.now += 30
    expect(await outcome(token, options)).toBe(UNREACHABLE)
    clock.now += 29
    expect(await outcome(token, options)).toBe(UNREACHABLE)
    expect(keyFetches()).toBe(2)
    script.keys = () => Response.json({ keys: [next.jwk] })
    clock.now += 1
    expect(await outcome(token, options)).toBe('passes')
  })

  it.each<[string, () => Response | Promise<Response>]>([
    ['answers 500', failing],
    ['answers 404', () => Response.json({ keys: [] }, { status: 404 })],
    ['redirects', () => Response.redirect('https://attacker.example/keys')],
    ['throws', () => Promise.reject(new TypeError('connection refused'))],
    ['answers what is no JSON', () => new Response('{"keys": [')],
    ['answers null', () => Response.json(null)],
    ['answers without keys', () => Response.json({})],
    ['answers keys that are no list', () => Response.json({ keys: { kid: 'key-1' } })],
  ])(
    'are unknown when the server %s the first time: 503, until it is asked again after five seconds',
    async (_name, down) => {
      const { options, sign, clock, script, questions, keyFetches } = await scriptedIssuer()
      const up = script.keys
      script.keys = down
      const token = await sign()
      expect(await outcome(token, options)).toBe(UNREACHABLE)
      expect(questions()).toBe(0)
      script.keys = up
      clock.now += 4
      expect(await outcome(token, options)).toBe(UNREACHABLE)
      expect(keyFetches()).toBe(1)
      clock.now += 1
      expect(await outcome(token, options)).toBe('passes')
    },
  )

  it('are used though others in the set cannot be', async () => {
    const { options, sign, script } = await scriptedIssuer()
    const { keys } = await (await script.keys()).json<{ keys: object[] }>()
    const others = [
      null,
      {},
      { kid: 'key-0', alg: 'ES256' },
      { kid: 'key-0', alg: 'ES256', kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' },
      { kid: 'key-0', alg: 'ES256', kty: 'quantum' },
      { kid: 'key-0', alg: 'RS256', kty: 'oct', k: 'c2VjcmV0' },
      { kid: 'key-0', alg: 'HS256', kty: 'oct', k: 'c2VjcmV0' },
      { ...keys[0], kid: undefined },
    ]
    script.keys = () => Response.json({ keys: [...others, ...keys] })
    expect(await outcome(await sign(), options)).toBe('passes')
    expect(await outcome(await sign({}, { kid: 'key-0' }), options)).toBe('401 invalid_token')
  })

  it('of one issuer verify no token of another', async () => {
    const [one, other] = [await scriptedIssuer(), await scriptedIssuer()]
    expect(await outcome(await one.sign(), one.options)).toBe('passes')
    const claiming = await other.sign({ iss: one.issuer })
    expect(await outcome(claiming, one.options)).toBe('401 invalid_token')
  })
})

it.each([0, 10, 60])(
  'a token that is remembered here is of no other issuer, though its keys are the same (maxStaleness %i)',
  async (maxStaleness) => {
    const [one, other] = [await scriptedIssuer(), await scriptedIssuer()]
    other.script.keys = one.script.keys
    const token = await one.sign()
    const denylist = { get: async () => null }
    for (let i = 0; i < 2; i++) {
      expect(await outcome(token, { ...one.options, maxStaleness, denylist })).toBe('passes')
      expect(await outcome(token, { ...other.options, maxStaleness, denylist })).toBe(
        '401 invalid_token',
      )
    }
  },
)

it('a token of a key that was rotated in passes, and one of a key that was revoked does not', async () => {
  const { options, server, client, token } = await realIssuer()
  expect(await outcome(token, options)).toBe('passes')
  const { kid } = decodeProtectedHeader(token)
  await server.adminOk('DELETE', `/signing-keys/${String(kid)}`)
  // The key is still remembered here: that the token is refused now, the server says.
  expect(await outcome(token, options)).toBe('401 invalid_token')
  server.clock.now += 30
  expect(await outcome(await server.token(client), options)).toBe('passes')
})

it('a server that hangs before its keys were ever seen is one that is down', async () => {
  const { options, sign, script } = await scriptedIssuer()
  script.keys = () => new Promise(() => {})
  const down = options.fetcher
  const fetcher = {
    fetch: (url: string, init: RequestInit = {}) =>
      Promise.race([down.fetch(url, init), aborted(init)]),
  }
  expect(await outcome(await sign(), { ...options, fetcher })).toBe(UNREACHABLE)
})

/** Rejects when its request is given up, as fetch does. */
function aborted({ signal }: RequestInit): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error))
  })
}
