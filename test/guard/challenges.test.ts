import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import {
  type GuardOptions,
  requireToken,
  resourceMetadata,
  verifyRequest,
} from '../../src/guard/index.ts'
import { API } from '../support/server.ts'
import { requestWith, scriptedIssuer } from './issuers.ts'

const METADATA = `${API}/.well-known/oauth-protected-resource`

async function challengeOf(request: Request, options: GuardOptions): Promise<string> {
  const answer = await verifyRequest(request, options)
  if (!(answer instanceof Response)) throw new Error('the request passes')
  return answer.headers.get('WWW-Authenticate') ?? ''
}

describe('a challenge names the scope that is needed', () => {
  it('without a token, with a bad one, and with one that may too little', async () => {
    const { options, sign } = await scriptedIssuer()
    const given = {
      ...options,
      scope: ['invoices:write', 'invoices:delete'],
      resourceMetadata: METADATA,
    }
    const [before, after] = [
      `Bearer realm="${API}"`,
      `scope="invoices:write invoices:delete", resource_metadata="${METADATA}"`,
    ]
    expect(await challengeOf(new Request(API), given)).toBe(`${before}, ${after}`)
    expect(await challengeOf(requestWith('a.b.c'), given)).toBe(
      `${before}, error="invalid_token", ${after}`,
    )
    expect(await challengeOf(requestWith(await sign()), given)).toBe(
      `${before}, error="insufficient_scope", ${after}`,
    )
  })

  it('and none where none is needed', async () => {
    const { options } = await scriptedIssuer()
    expect(await challengeOf(new Request(API), options)).toBe(`Bearer realm="${API}"`)
  })

  it('of each route its own, so that a client asks for exactly that', async () => {
    const { options } = await scriptedIssuer()
    for (const scope of ['invoices:read', 'invoices:write']) {
      const app = new Hono().get('/', requireToken({ ...options, scope }), (c) => c.text(''))
      const refused = await app.request('/')
      expect(refused.headers.get('WWW-Authenticate')).toContain(`scope="${scope}"`)
    }
    // The metadata lists what the API says is the least; more is asked for where it is needed.
    const listed = await resourceMetadata({ ...options, scope: 'invoices:read' }).json()
    expect(listed).toMatchObject({ scopes_supported: ['invoices:read'] })
  })
})

describe('what stands between quotation marks', () => {
  it('is escaped: an audience may have them', async () => {
    const { options } = await scriptedIssuer()
    const audience = String.raw`urn:api:"a\b"`
    expect(await challengeOf(new Request(API), { ...options, audience })).toBe(
      String.raw`Bearer realm="urn:api:\"a\\b\""`,
    )
  })

  it.each<[string, Partial<GuardOptions>, RegExp]>([
    ['an audience that no header can hold', { audience: 'https://bücher.example' }, /audience/],
    ['an audience with a line break', { audience: 'https://a.example\r\nX: y' }, /audience/],
    ['a scope with a quotation mark', { scope: 'a"b' }, /scope/],
    ['a scope in one string with a line break', { scope: 'a\nb' }, /scope/],
    ['a list with two scopes in one entry', { scope: ['a b'] }, /scope/],
    ['metadata that is no URL', { resourceMetadata: '/.well-known' }, /resourceMetadata/],
  ])('%s is a TypeError', async (_name, change, message) => {
    const options: GuardOptions = { ...(await scriptedIssuer()).options, ...change }
    expect(() => requireToken(options)).toThrow(TypeError)
    expect(() => requireToken(options)).toThrow(message)
  })
})
