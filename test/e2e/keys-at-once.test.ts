import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestHarness } from 'wrangler'
import { startWorkers } from '../support/node/harness.ts'

const NOW = 1_800_000_000
const MANY = 50

const guarded = {
  name: 'guarded',
  main: 'test/e2e/fixtures/guarded-worker.ts',
  compatibility_date: '2026-10-20',
}

type Answer = (response: ServerResponse) => void

/** Each issuer is a path of one server, so that each test begins with an isolate that knows nothing. */
const issuers = new Map<string, { fetches: number; answer: Answer }>()
let server: Server
let origin = ''
let api: URL
let harness: TestHarness

beforeAll(async () => {
  server = createServer((request: IncomingMessage, response) => {
    const issuer = issuers.get(request.url?.split('/')[1] ?? '')
    if (!issuer) return response.writeHead(404).end()
    issuer.fetches++
    return issuer.answer(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  ;({ harness, url: api } = await startWorkers([{ config: guarded }]))
})

afterAll(async () => {
  await harness.close()
  server.closeAllConnections()
  server.close()
})

async function keyPair(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256' } }
}

const after = (ms: number, answer: Answer): Answer => {
  return (response) => setTimeout(() => answer(response), ms)
}
const down: Answer = (response) => response.writeHead(500).end()
const silent: Answer = () => {}

async function newIssuer(answer?: Answer) {
  const name = `issuer-${issuers.size}`
  const first = await keyPair('key-1')
  const published = [first.jwk]
  const keys: Answer = (response) => response.end(JSON.stringify({ keys: published }))
  const state = { fetches: 0, answer: answer ?? after(100, keys) }
  issuers.set(name, state)
  const issuer = `${origin}/${name}`

  function sign(key = first, kid = key.kid): Promise<string> {
    const who = { client_id: 'reporter', scope: 'invoices:read', gen: 0, jti: 'token' }
    return new SignJWT({ ...who, iss: issuer, aud: 'https://api.example.com', iat: NOW })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
      .setExpirationTime(NOW + 43_200)
      .sign(key.privateKey)
  }

  /** The outcome of a request with this token. */
  async function outcome(token: string, now = NOW, more: Record<string, string> = {}) {
    const headers = { Authorization: `Bearer ${token}`, 'x-issuer': issuer, 'x-now': String(now) }
    const response = await fetch(api, { headers: { ...headers, ...more } })
    const text = await response.text()
    const { error } = (response.ok ? {} : JSON.parse(text)) as { error?: string }
    return [response.status, error, response.headers.get('retry-after')].filter(Boolean).join(' ')
  }

  const forged = async () => {
    const forger = await keyPair('forged')
    return Promise.all(Array.from({ length: MANY }, (_, i) => sign(forger, `forged-${i}`)))
  }
  return { state, published, keys, sign, outcome, forged }
}

/** How many requests came to which end. */
async function tally(outcomes: Promise<string>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const end of await Promise.all(outcomes)) counts[end] = (counts[end] ?? 0) + 1
  return counts
}

const UNREACHABLE = '503 temporarily_unavailable 5'

describe('50 requests at once, each of its own in workerd', () => {
  it('with forged tokens of unknown kids fetch the keys once, and one with a good token passes', async () => {
    const { state, sign, outcome, forged } = await newIssuer()
    const [good, tokens] = [await sign(), await forged()]
    const ends = [...tokens, good].map((token) => outcome(token))
    expect(await tally(ends)).toEqual({ '401 invalid_token': MANY, 200: 1 })
    expect(state.fetches).toBe(1)
  })

  it.each([
    ['fails', after(100, down)],
    ['hangs', silent],
  ])('fetch them once while the server %s and none were ever seen', async (_how, answer) => {
    const { state, keys, sign, outcome, forged } = await newIssuer(answer)
    const [good, tokens] = [await sign(), await forged()]
    expect(await tally([good, ...tokens].map((token) => outcome(token)))).toEqual({
      [UNREACHABLE]: MANY + 1,
    })
    expect(await tally(tokens.map((token) => outcome(token, NOW + 4)))).toEqual({
      [UNREACHABLE]: MANY,
    })
    expect(state.fetches).toBe(1)
    state.answer = keys
    expect(await outcome(good, NOW + 5)).toBe('200')
    expect(state.fetches).toBe(2)
  })

  it('find the key that was rotated in, though most of them are forged', async () => {
    const { state, published, sign, outcome, forged } = await newIssuer()
    const [old, tokens] = [await sign(), await forged()]
    expect(await outcome(old)).toBe('200')
    const next = await keyPair('key-2')
    published.push(next.jwk)
    const rotated = await sign(next)
    const ends = [...tokens, rotated, old].map((token) => outcome(token, NOW + 30))
    expect(await tally(ends)).toEqual({ '401 invalid_token': MANY, 200: 2 })
    expect(state.fetches).toBe(2)
  })

  it('pass by the keys that are known while the server is down', async () => {
    const { state, sign, outcome } = await newIssuer()
    const good = await sign()
    expect(await outcome(good)).toBe('200')
    state.answer = silent
    const ends = Array.from({ length: MANY }, () => outcome(good, NOW + 300))
    expect(await tally(ends)).toEqual({ 200: MANY })
    expect(state.fetches).toBe(2)
  })
})

it('a request that is stopped leaves the fetch of the keys to one that waits for it', async () => {
  const { state, keys, sign, outcome } = await newIssuer(silent)
  const good = await sign()
  const stopped = outcome(good, NOW, { 'x-leaves': 'yes' })
  while (state.fetches === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  state.answer = keys
  const ends = Array.from({ length: MANY }, () => outcome(good))
  expect(await stopped).toBe('200')
  expect(await tally(ends)).toEqual({ 200: MANY })
  expect(state.fetches).toBe(2)
})
