import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { type GuardOptions, requireToken, verifyRequest } from '../../src/guard/index.ts'
import { API } from '../support/server.ts'
import { outcome, requestWith, scriptedIssuer } from './issuers.ts'

const right: GuardOptions = {
  issuer: 'https://auth.example',
  audience: API,
  clientId: 'api',
  clientSecret: 'secret',
}

const fetchAlone = { fetch: async () => new Response() }
const binding = { ...fetchAlone, introspect: async () => ({ active: true }) }

const LIMITS = { maxAge: 600, nonceSecret: 'x'.repeat(32) }

const wrong: [string, Record<string, unknown>, RegExp][] = [
  ['an issuer that is no URL', { issuer: 'auth.example' }, /issuer/],
  ['no audience', { audience: '' }, /audience/],
  ['a negative maxStaleness', { maxStaleness: -1 }, /maxStaleness/],
  ['a broken maxStaleness', { maxStaleness: 0.5 }, /maxStaleness/],
  ['a maxStaleness that is no number', { maxStaleness: Number.NaN }, /maxStaleness/],
  ['a maxStaleness in words', { maxStaleness: '10' }, /maxStaleness/],
  ['an endless maxStaleness', { maxStaleness: Infinity }, /maxStaleness/],
  ['a maxStaleness of 60 without a denylist', { maxStaleness: 60 }, /denylist/],
  ['neither fetcher nor credentials', { clientId: undefined }, /clientId/],
  ['a clientId without its secret', { clientSecret: undefined }, /clientSecret/],
  [
    'a fetcher without introspect, and no credentials',
    { clientId: undefined, clientSecret: undefined, fetcher: fetchAlone },
    /introspect/,
  ],
  ['half of the credentials', { clientSecret: undefined }, /go together/],
  ["a time without 'allow-for'", { allowFor: 60 }, /allowFor/],
  ['an unknown whenUnreachable', { whenUnreachable: 'allow' }, /whenUnreachable/],
  ["'allow-for' without a time", { whenUnreachable: 'allow-for' }, /allowFor/],
  ["'allow-for' a negative time", { whenUnreachable: 'allow-for', allowFor: -1 }, /allowFor/],
  ['a publicUrl that is no URL', { publicUrl: 'api.example' }, /publicUrl/],
  ['a publicUrl that is none of http', { publicUrl: 'ftp://api.example' }, /publicUrl/],
  ['a publicUrl with a query', { publicUrl: `${API}?a` }, /publicUrl/],
  ['a publicUrl that cannot be parsed', { publicUrl: 'https://[' }, /publicUrl/],
  ['no publicUrl in a list', { publicUrl: [] }, /publicUrl/],
  ['no algorithm', { dpop: { algorithms: [] } }, /algorithms/],
  ['an algorithm that is symmetric', { dpop: { algorithms: ['ES256', 'HS256'] } }, /algorithms/],
  ['a maxAge of nothing', { dpop: { maxAge: 0 } }, /maxAge/],
  ['a maxAge of more than ten minutes', { dpop: { maxAge: 601 } }, /maxAge/],
  ['a broken maxAge', { dpop: { maxAge: 1.5 } }, /maxAge/],
  ['a short nonceSecret', { dpop: { nonceSecret: 'x'.repeat(31) } }, /nonceSecret/],
  ["'allow-for' ever", { whenUnreachable: 'allow-for', allowFor: Infinity }, /allowFor/],
]

describe.each(wrong)('%s', (_name, change, message) => {
  const options: GuardOptions = { ...right, ...change }

  it('is a TypeError that names the option, when the middleware is made', () => {
    expect(() => requireToken(options)).toThrow(TypeError)
    expect(() => requireToken(options)).toThrow(message)
  })

  it('is a TypeError for a request, with or without a token', async () => {
    await expect(verifyRequest(new Request(API), options)).rejects.toThrow(TypeError)
    await expect(verifyRequest(requestWith('a.b.c'), options)).rejects.toThrow(message)
  })
})

it.each<[string, Partial<GuardOptions>]>([
  ['credentials alone', {}],
  ['a service binding alone', { clientId: undefined, clientSecret: undefined }],
  ['59 seconds', { maxStaleness: 59 }],
  ['60 seconds and a denylist, and nothing to ask', { maxStaleness: 60, denylist: env.DENYLIST }],
  ['an hour and a denylist', { maxStaleness: 3600, denylist: env.DENYLIST }],
  ['a publicUrl with a path', { publicUrl: `${API}/v1/` }],
  ['a publicUrl without TLS, as on this machine', { publicUrl: 'http://127.0.0.1:8787' }],
  ['the longest maxAge and the shortest nonceSecret', { dpop: LIMITS }],
  ['a bounded time when unreachable', { whenUnreachable: 'allow-for', allowFor: 60 }],
])('are right with %s', (_name, change) => {
  const fetcher = change.maxStaleness ? undefined : binding
  expect(() => requireToken({ ...right, fetcher, ...change })).not.toThrow()
})

it('are closed by default: each request asks, and nothing passes when there is no answer', async () => {
  const { options, sign, script, questions } = await scriptedIssuer()
  const token = await sign()
  expect(await outcome(token, options)).toBe('passes')
  script.introspection = () => new Response(null, { status: 500 })
  expect(await outcome(token, options)).toMatch(/^503/)
  expect(questions()).toBe(2)
})

it('are read once: what is changed in them later changes nothing', async () => {
  const { options, sign } = await scriptedIssuer()
  const given: GuardOptions = { ...options, scope: 'invoices:write' }
  const token = await sign()
  expect(await outcome(token, given)).toBe('403 insufficient_scope')
  given.scope = undefined
  expect(await outcome(token, given)).toBe('403 insufficient_scope')
})
