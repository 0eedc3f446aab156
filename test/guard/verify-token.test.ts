import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type GuardOptions,
  Refusal,
  type VerifiedToken,
  verifyRequest,
  verifyToken,
} from '../../src/guard/index.ts'
import { API } from '../support/server.ts'
import { realIssuer, requestWith, scriptedIssuer } from './issuers.ts'

const METADATA = 'https://api.example.com/.well-known/oauth-protected-resource'

async function refusalOf(token: string, options: GuardOptions): Promise<Refusal> {
  const found = await verifyToken(token, options)
  if (!(found instanceof Refusal)) throw new Error('the token passes')
  return found
}

describe('a token that came without a request', () => {
  it('passes by the same check, and its claims are typed', async () => {
    const { options, token, client } = await realIssuer()
    const found = await verifyToken(token, options)
    expectTypeOf(found).toEqualTypeOf<VerifiedToken | Refusal>()
    expect(found).toEqual(await verifyRequest(requestWith(token), options))
    expect(found).toMatchObject({ client_id: client.id, scopes: ['invoices:read'] })
  })

  it('is refused from a suspension until a resume', async () => {
    const { options, token, client, server } = await realIssuer()
    await server.suspend(client)
    expect(await refusalOf(token, options)).toMatchObject({ status: 401, error: 'invalid_token' })
    await server.resume(client)
    expect(await verifyToken(token, options)).not.toBeInstanceOf(Refusal)
  })

  it('is told apart by what it lacks: a scope, an answer of the server', async () => {
    const { options, sign, script } = await scriptedIssuer()
    const token = await sign()
    expect(await refusalOf(token, { ...options, scope: 'invoices:write' })).toMatchObject({
      status: 403,
      error: 'insufficient_scope',
      description: 'This needs invoices:write.',
    })
    script.introspection = () => new Response(null, { status: 500 })
    expect(await refusalOf(token, options)).toMatchObject({
      status: 503,
      error: 'temporarily_unavailable',
      headers: { 'Retry-After': '5' },
    })
  })

  it.each<[string, string, Refusal['error']]>([
    ['nothing', '', null],
    ['undefined, as JavaScript may have it', undefined as unknown as string, null],
    ['a header instead of a token', 'Bearer a.b.c', 'invalid_token'],
    ['two tokens', 'a.b.c, a.b.c', 'invalid_token'],
    ['letters that no token has', 'é.ü.ß', 'invalid_token'],
    [
      'letters that no token has behind a right header',
      'eyJhbGciOiJFUzI1NiJ9.é.c',
      'invalid_token',
    ],
    ['a line break', 'a.b.c\n', 'invalid_token'],
    ['what is longer than any', `a.b.${'c'.repeat(8200)}`, 'invalid_token'],
  ])('%s is 401, and asks nobody', async (_name, token, error) => {
    const { options, questions, keyFetches } = await scriptedIssuer()
    expect(await refusalOf(token, options)).toMatchObject({ status: 401, error })
    expect(questions() + keyFetches()).toBe(0)
  })

  it('is a TypeError when an option is wrong', async () => {
    const wrong = { ...(await scriptedIssuer()).options, maxStaleness: -1 }
    await expect(verifyToken('a.b.c', wrong)).rejects.toThrow(TypeError)
  })
})

describe('a refusal', () => {
  it('is the very answer that a request is given', async () => {
    const { options, sign } = await scriptedIssuer()
    const given = { ...options, scope: 'invoices:write', resourceMetadata: METADATA }
    for (const token of ['a.b.c', await sign()]) {
      const made = (await refusalOf(token, given)).toResponse()
      const answered = await verifyRequest(requestWith(token), given)
      if (!(answered instanceof Response)) throw new Error('the request passes')
      expect([made.status, [...made.headers]]).toEqual([answered.status, [...answered.headers]])
      expect(await made.text()).toBe(await answered.text())
    }
  })
})

describe('options made of the environment', () => {
  it('are made once for each environment, and once where there is none', async () => {
    const { options, token } = await realIssuer()
    const asked: unknown[] = []
    const make = (env: { AUDIENCE: string } | undefined) => {
      asked.push(env)
      return { ...options, audience: env?.AUDIENCE ?? API }
    }
    const [here, elsewhere] = [{ AUDIENCE: API }, { AUDIENCE: 'https://other.example' }]
    for (let i = 0; i < 2; i++) {
      expect(await verifyToken(token, make, here)).not.toBeInstanceOf(Refusal)
      expect(await verifyToken(token, make, elsewhere)).toBeInstanceOf(Refusal)
      expect(await verifyToken(token, make)).not.toBeInstanceOf(Refusal)
      expect(await verifyRequest(requestWith(token), make, elsewhere)).toBeInstanceOf(Response)
    }
    expect(asked).toEqual([here, elsewhere, undefined])
  })
})
