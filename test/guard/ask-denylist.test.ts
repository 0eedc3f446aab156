import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { DenylistEntry } from '../../src/domain/denylist.ts'
import type { DenylistReader } from '../../src/guard/index.ts'
import { faultyKv } from '../doubles/faults.ts'
import { outcome, realIssuer, scriptedIssuer, UNREACHABLE } from './issuers.ts'

const JTI = 'token1'.padEnd(22, 'x')
const OTHER_JTI = 'token2'.padEnd(22, 'x')

const entry = (change: Partial<DenylistEntry> = {}): DenylistEntry => ({
  version: 1,
  suspended: false,
  generation: 0,
  revoked: [],
  ...change,
})

/** A guard that reads a denylist whose every answer the test chooses. */
async function scriptedDenylist() {
  const issuer = await scriptedIssuer()
  const reads: unknown[][] = []
  const kv = { get: async (): Promise<unknown> => null }
  const denylist: DenylistReader = {
    get(...asked) {
      reads.push(asked)
      return kv.get()
    },
  }
  const options = { ...issuer.options, maxStaleness: 60, denylist }
  const show = (value: unknown) => {
    kv.get = async () => value
  }
  const fail = () => {
    kv.get = () => Promise.reject(new Error('KV GET failed: 500'))
  }
  return { ...issuer, options, kv, reads, show, fail }
}

describe('maxStaleness 60 or more', () => {
  it('refuses a suspended client by what the server wrote to KV, and asks no server', async () => {
    const { options, token, client, server, asked } = await realIssuer()
    const edge = { ...options, maxStaleness: 60, denylist: env.DENYLIST }
    expect(await outcome(token, edge)).toBe('passes')
    await server.suspend(client)
    expect(await outcome(token, edge)).toBe('401 invalid_token')
    await server.resume(client)
    expect(await outcome(token, edge)).toBe('passes')
    expect(asked).toEqual(['/.well-known/jwks.json'])
  })

  it('refuses what was revoked one by one, or all at once, and passes what came after', async () => {
    const { options, token, client, server } = await realIssuer()
    const edge = { ...options, maxStaleness: 60, denylist: env.DENYLIST }
    const second = await server.token(client)
    await server.form('/oauth/revoke', { token }, client)
    expect(await outcome(token, edge)).toBe('401 invalid_token')
    expect(await outcome(second, edge)).toBe('passes')
    await server.adminOk('DELETE', `/clients/${client.id}/tokens`)
    expect(await outcome(second, edge)).toBe('401 invalid_token')
    expect(await outcome(await server.token(client), edge)).toBe('passes')
  })

  it('refuses the tokens of a deleted client', async () => {
    const { options, token, client, server } = await realIssuer()
    await server.adminOk('DELETE', `/clients/${client.id}`)
    const edge = { ...options, maxStaleness: 60, denylist: env.DENYLIST }
    expect(await outcome(token, edge)).toBe('401 invalid_token')
  })

  it('reads KV once a request, the entry of the client of the token', async () => {
    const { options, sign, reads, questions } = await scriptedDenylist()
    const token = await sign()
    for (let i = 0; i < 3; i++) expect(await outcome(token, options)).toBe('passes')
    expect(reads).toHaveLength(3)
    expect(reads[0]).toEqual(['client:reporter', { type: 'json', cacheTtl: 30 }])
    expect(questions()).toBe(0)
  })

  it('reads nothing for a token that is no good anyway', async () => {
    const { options, sign, reads } = await scriptedDenylist()
    await outcome(await sign({ aud: 'https://other.example.com' }), options)
    expect(reads).toEqual([])
  })

  it.each<[string, string, DenylistEntry | null]>([
    ['no entry', 'passes', null],
    ['an entry that forbids nothing', 'passes', entry()],
    ['a suspension', '401 invalid_token', entry({ suspended: true })],
    ['a later generation', '401 invalid_token', entry({ generation: 4 })],
    ['the generation of the token', 'passes', entry({ generation: 3 })],
    ['an earlier generation', 'passes', entry({ generation: 2 })],
    ['the jti of the token', '401 invalid_token', entry({ revoked: [OTHER_JTI, JTI] })],
    ['the jti of others', 'passes', entry({ revoked: [OTHER_JTI] })],
  ])('with %s, a token of generation 3: %s', async (_name, expected, value) => {
    const { options, sign, show } = await scriptedDenylist()
    show(value)
    expect(await outcome(await sign({ gen: 3, jti: JTI }), options)).toBe(expected)
  })

  it('goes by the scope of the token', async () => {
    const { options, sign } = await scriptedDenylist()
    const writing = { ...options, scope: 'invoices:write' }
    expect(await outcome(await sign(), writing)).toBe('403 insufficient_scope')
    expect(await outcome(await sign({ scope: 'invoices:write' }), writing)).toBe('passes')
  })
})

describe('an older state after a newer one', () => {
  it('takes no suspension back', async () => {
    const { options, sign, show } = await scriptedDenylist()
    const token = await sign()
    show(entry({ version: 2, suspended: true }))
    expect(await outcome(token, options)).toBe('401 invalid_token')
    show(entry({ version: 1 }))
    expect(await outcome(token, options)).toBe('401 invalid_token')
    show(entry({ version: 3 }))
    expect(await outcome(token, options)).toBe('passes')
  })

  it('takes no resume back', async () => {
    const { options, sign, show } = await scriptedDenylist()
    const token = await sign()
    show(entry({ version: 2 }))
    expect(await outcome(token, options)).toBe('passes')
    show(entry({ version: 1, suspended: true }))
    expect(await outcome(token, options)).toBe('passes')
  })

  it('reopens nothing when it is a miss', async () => {
    const { options, sign, show } = await scriptedDenylist()
    const token = await sign()
    show(entry({ version: 2, suspended: true }))
    expect(await outcome(token, options)).toBe('401 invalid_token')
    for (let i = 0; i < 2; i++) {
      show(null)
      expect(await outcome(token, options)).toBe('401 invalid_token')
    }
  })

  it('wins neither when it was read first and came last', async () => {
    const { options, sign, show, kv } = await scriptedDenylist()
    const token = await sign()
    await outcome(token, options)
    const slow = Promise.withResolvers<unknown>()
    kv.get = () => slow.promise
    const first = outcome(token, options)
    await new Promise((resolve) => setTimeout(resolve, 10))
    show(entry({ version: 2, suspended: true }))
    expect(await outcome(token, options)).toBe('401 invalid_token')
    slow.resolve(entry({ version: 1 }))
    expect(await first).toBe('401 invalid_token')
    show(entry({ version: 1 }))
    expect(await outcome(token, options)).toBe('401 invalid_token')
  })

  it('is remembered for each client and each issuer by itself', async () => {
    const { options, sign, show } = await scriptedDenylist()
    show(entry({ version: 2, suspended: true }))
    expect(await outcome(await sign(), options)).toBe('401 invalid_token')
    show(null)
    expect(await outcome(await sign({ client_id: 'other' }), options)).toBe('passes')
    const elsewhere = await scriptedDenylist()
    expect(await outcome(await elsewhere.sign(), elsewhere.options)).toBe('passes')
  })
})

describe('numbers that KV cannot have counted to', () => {
  it('are forgotten when the server counts on by its own: nothing stays open, or shut', async () => {
    const { options, sign, show } = await scriptedDenylist()
    const token = await sign()
    show(entry({ version: Number.MAX_SAFE_INTEGER }))
    expect(await outcome(token, options)).toBe('passes')
    show(entry({ version: 7, suspended: true }))
    expect(await outcome(token, options)).toBe('401 invalid_token')
    show(entry({ version: Number.MAX_SAFE_INTEGER, suspended: true, generation: 2 ** 52 }))
    expect(await outcome(token, options)).toBe('401 invalid_token')
    show(entry({ version: 8 }))
    expect(await outcome(token, options)).toBe('passes')
  })

  it('are told from an older value: that one is never so far behind', async () => {
    const { options, sign, show } = await scriptedDenylist()
    const token = await sign()
    show(entry({ version: 500_010, suspended: true }))
    expect(await outcome(token, options)).toBe('401 invalid_token')
    show(entry({ version: 10 }))
    expect(await outcome(token, options)).toBe('401 invalid_token')
    show(entry({ version: 9 }))
    expect(await outcome(token, options)).toBe('passes')
  })
})

describe('when KV cannot be believed', () => {
  it.each<[string, unknown]>([
    ['an empty object', {}],
    ['a text', 'suspended'],
    ['a number', 0],
    ['false', false],
    ['undefined', undefined],
    ['a list', []],
    ['a version in words', { ...entry(), version: '1' }],
    ['no suspended', { ...entry(), suspended: undefined }],
    ['suspended as a number', { ...entry(), suspended: 0 }],
    ['no generation', { ...entry(), generation: null }],
    ['revoked that is no list', { ...entry(), revoked: 'x' }],
    ['a version below 0', entry({ version: -1 })],
    ['a version that is not whole', entry({ version: 1.5 })],
    ['a version that no number is exact for', entry({ version: 2 ** 53 })],
    ['a generation below 0', entry({ generation: -1 })],
    ['a generation without end', entry({ generation: Infinity })],
    ['a jti that is none', entry({ revoked: ['x'] })],
    ['a jti that is no text', { ...entry(), revoked: [null] }],
    ['more than a thousand revoked tokens', entry({ revoked: Array(1001).fill(JTI) })],
  ])('and shows %s: 503', async (_name, value) => {
    const { options, sign, show } = await scriptedDenylist()
    show(value)
    expect(await outcome(await sign(), options)).toBe(UNREACHABLE)
  })

  it('and holds what is no JSON: 503', async () => {
    const { options, sign } = await scriptedDenylist()
    await env.DENYLIST.put('client:reporter', '{"version": 1, "suspended": false')
    const token = await sign()
    expect(await outcome(token, { ...options, denylist: env.DENYLIST })).toBe(UNREACHABLE)
  })

  it.each(['throws', 'hangs', 'throws after commit'] as const)('and %s: 503', async (fault) => {
    const { options, token } = await realIssuer()
    const denylist = faultyKv(env.DENYLIST, () => fault)
    expect(await outcome(token, { ...options, maxStaleness: 60, denylist })).toBe(UNREACHABLE)
  })

  it('a token that passed before is refused with 503, and passes when KV is back', async () => {
    const { options, sign, show, fail } = await scriptedDenylist()
    const token = await sign()
    expect(await outcome(token, options)).toBe('passes')
    fail()
    expect(await outcome(token, options)).toBe(UNREACHABLE)
    show(null)
    expect(await outcome(token, options)).toBe('passes')
  })

  it("'allow-for' does not open for what is garbled: KV does answer", async () => {
    const { options, sign, show } = await scriptedDenylist()
    const lenient = { ...options, whenUnreachable: 'allow-for', allowFor: 60 } as const
    const token = await sign()
    expect(await outcome(token, lenient)).toBe('passes')
    show({ ...entry(), generation: -1 })
    expect(await outcome(token, lenient)).toBe(UNREACHABLE)
    await env.DENYLIST.put('client:reporter', '{"version": 1, "suspended": false')
    expect(await outcome(token, { ...lenient, denylist: env.DENYLIST })).toBe(UNREACHABLE)
    show(entry())
    expect(await outcome(token, lenient)).toBe('passes')
  })

  it("'allow-for' goes by what KV showed last, for so long after that", async () => {
    const { options, sign, clock, fail } = await scriptedDenylist()
    const lenient = { ...options, whenUnreachable: 'allow-for', allowFor: 60 } as const
    const token = await sign()
    expect(await outcome(token, lenient)).toBe('passes')
    fail()
    clock.now += 59
    expect(await outcome(token, lenient)).toBe('passes')
    clock.now += 1
    expect(await outcome(token, lenient)).toBe(UNREACHABLE)
  })

  it("'allow-for' opens for no client that was last seen suspended, or never", async () => {
    const { options, sign, show, fail } = await scriptedDenylist()
    const lenient = { ...options, whenUnreachable: 'allow-for', allowFor: 60 } as const
    const token = await sign()
    show(entry({ suspended: true }))
    await outcome(token, lenient)
    fail()
    expect(await outcome(token, lenient)).toBe('401 invalid_token')
    expect(await outcome(await sign({ client_id: 'other' }), lenient)).toBe(UNREACHABLE)
  })
})
