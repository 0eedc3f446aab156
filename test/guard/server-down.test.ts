import { describe, expect, it } from 'vitest'
import { outcome, realIssuer, scriptedIssuer, UNREACHABLE } from './issuers.ts'

type Down = (init: RequestInit) => Response | Promise<Response>

const downs: [string, Down][] = [
  ['throws', () => Promise.reject(new TypeError('connection refused'))],
  [
    'hangs until it is given up',
    ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error))
      }),
  ],
  ['answers 500', () => Response.json({ active: true }, { status: 500 })],
  ['answers 429', () => new Response(null, { status: 429, headers: { 'Retry-After': '60' } })],
  ['answers 401', () => Response.json({ error: 'invalid_client' }, { status: 401 })],
  ['answers 204', () => new Response(null, { status: 204 })],
  ['redirects', () => Response.redirect('https://attacker.example/active')],
  ['answers what is no JSON', () => new Response('{"active": true')],
  ['answers a page', () => new Response('<h1>active: true</h1>')],
  ['answers null', () => Response.json(null)],
  ['answers a list', () => Response.json([{ active: true }])],
  ['answers without active', () => Response.json({ scope: 'invoices:read' })],
  ['answers active in words', () => Response.json({ active: 'true' })],
  ['answers active as a number', () => Response.json({ active: 1 })],
  ['answers a scope that is no text', () => Response.json({ active: true, scope: 5 })],
]

describe.each(downs)('a server that %s', (_name, down) => {
  it('lets no token pass: 503, until it answers again', async () => {
    const { options, sign, script } = await scriptedIssuer()
    const [token, up] = [await sign(), script.introspection]
    script.introspection = down
    expect(await outcome(token, options)).toBe(UNREACHABLE)
    script.introspection = up
    expect(await outcome(token, options)).toBe('passes')
  })
})

const failing = () => new Response(null, { status: 500 })
const lenient = { whenUnreachable: 'allow-for', allowFor: 60 } as const

describe('when the server is down', () => {
  it.each([0, 10])(
    'a token that passed before is refused with 503, as soon as maxStaleness %i has passed',
    async (maxStaleness) => {
      const { options, sign, script, clock } = await scriptedIssuer()
      const guarded = { ...options, maxStaleness }
      const token = await sign()
      expect(await outcome(token, guarded)).toBe('passes')
      script.introspection = failing
      clock.now += maxStaleness
      expect(await outcome(token, guarded)).toBe(UNREACHABLE)
    },
  )

  it.each([0, 10])(
    "'allow-for' lets a token pass for so long after it was seen active (maxStaleness %i)",
    async (maxStaleness) => {
      const { options, sign, script, clock } = await scriptedIssuer()
      const guarded = { ...options, ...lenient, maxStaleness }
      const token = await sign()
      expect(await outcome(token, guarded)).toBe('passes')
      script.introspection = failing
      clock.now += 59
      expect(await outcome(token, guarded)).toBe('passes')
      clock.now += 1
      expect(await outcome(token, guarded)).toBe(UNREACHABLE)
    },
  )

  it("'allow-for' ends while the guard waits for an answer that does not come", async () => {
    const { options, sign, script, clock } = await scriptedIssuer()
    const guarded = { ...options, ...lenient }
    const token = await sign()
    await outcome(token, guarded)
    clock.now += 58
    script.introspection = () => {
      clock.now += 5
      return failing()
    }
    expect(await outcome(token, guarded)).toBe(UNREACHABLE)
  })

  it("'allow-for' opens for no token that was never seen active, or last seen inactive", async () => {
    const { options, sign, script } = await scriptedIssuer()
    const guarded = { ...options, ...lenient }
    const [seen, unseen] = [await sign(), await sign({ jti: 'token-2' })]
    await outcome(seen, guarded)
    script.introspection = () => Response.json({ active: false })
    expect(await outcome(seen, guarded)).toBe('401 invalid_token')
    script.introspection = failing
    expect(await outcome(seen, guarded)).toBe(UNREACHABLE)
    expect(await outcome(unseen, guarded)).toBe(UNREACHABLE)
  })

  it("'allow-for' believes the server as soon as it answers again", async () => {
    const { options, token, client, server } = await realIssuer()
    const guarded = { ...options, ...lenient }
    expect(await outcome(token, guarded)).toBe('passes')
    await server.suspend(client)
    expect(await outcome(token, guarded)).toBe('401 invalid_token')
  })

  it("'allow-for' holds a token to its scope and its end", async () => {
    const { options, sign, script, clock } = await scriptedIssuer()
    const guarded = { ...options, ...lenient }
    const token = await sign({ exp: clock.now + 30 })
    await outcome(token, guarded)
    script.introspection = failing
    const writing = { ...guarded, scope: 'invoices:write' }
    expect(await outcome(token, writing)).toBe('403 insufficient_scope')
    clock.now += 30
    expect(await outcome(token, guarded)).toBe('401 invalid_token')
  })
})
