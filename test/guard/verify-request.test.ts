import { describe, expect, it } from 'vitest'
import { type GuardOptions, verifyRequest } from '../../src/guard/index.ts'
import { API, type Json } from '../support/server.ts'
import { keyPair, outcome, realIssuer, requestWith, scriptedIssuer } from './issuers.ts'

const refused = async (request: Request, options: GuardOptions) => {
  const answer = await verifyRequest(request, options)
  if (!(answer instanceof Response)) throw new Error('the request passes')
  return answer
}

describe('a token of a real server', () => {
  it('passes, and its claims are handed on with the scope as a list', async () => {
    const { options, token, client, issuer } = await realIssuer('invoices:read invoices:write')
    expect(await verifyRequest(requestWith(token), options)).toMatchObject({
      iss: issuer,
      aud: API,
      client_id: client.id,
      gen: 0,
      scope: 'invoices:read invoices:write',
      scopes: ['invoices:read', 'invoices:write'],
    })
  })

  it('is refused for the very next request after a suspension, and passes again after a resume', async () => {
    const { options, token, client, server } = await realIssuer()
    await server.suspend(client)
    expect(await outcome(token, options)).toBe('401 invalid_token')
    await server.resume(client)
    expect(await outcome(token, options)).toBe('passes')
  })

  it('passes with what is left of its scope, and not when that is too little', async () => {
    const { options, token, client, server } = await realIssuer('invoices:read invoices:write')
    const permissions = [{ audience: API, permission: 'invoices:read' }]
    await server.adminOk('PUT', `/clients/${client.id}/access`, { roles: [], permissions })
    expect(await verifyRequest(requestWith(token), options)).toMatchObject({
      scope: 'invoices:read',
      scopes: ['invoices:read'],
    })
    const writing = { ...options, scope: 'invoices:write' }
    expect(await outcome(token, writing)).toBe('403 insufficient_scope')
  })

  it('is refused from the second at which it expires', async () => {
    const { options, token, server } = await realIssuer()
    server.clock.now += 43_199
    expect(await outcome(token, options)).toBe('passes')
    server.clock.now += 1
    expect(await outcome(token, options)).toBe('401 invalid_token')
  })
})

it('hands claims on that are of one request alone, whatever is done to them', async () => {
  const { options, sign } = await scriptedIssuer()
  const token = await sign({ aud: [API, 'https://other.example'] })
  for (const _ of [1, 2]) {
    const passed = await verifyRequest(requestWith(token), options)
    if (passed instanceof Response || typeof passed.aud === 'string')
      throw new Error('not handed on')
    expect(passed.aud).toEqual([API, 'https://other.example'])
    passed.aud.length = 0
  }
})

describe('how a token is sent', () => {
  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['the scheme alone', 'Bearer'],
    ['Basic credentials', 'Basic YXBpOnNlY3JldA=='],
    ['another scheme', 'Digest a.b.c'],
    ['a scheme that begins like Bearer', 'Bearers a.b.c'],
    ['a token without scheme', 'a.b.c'],
    ['two tokens', 'Bearer a.b.c, Bearer a.b.c'],
    ['two words', 'Bearer a.b.c d'],
    ['characters that no token has', 'Bearer a.b."c"'],
  ])('%s is no token: 401 that names no error', async (_name, header) => {
    const { options } = await scriptedIssuer()
    const headers = header === undefined ? {} : { Authorization: header }
    const answer = await refused(new Request(API, { headers }), options)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('WWW-Authenticate')).toBe(`Bearer realm="${API}"`)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(await answer.json()).toEqual({})
  })

  it('is neither looked for in the query nor in the body', async () => {
    const { options, sign } = await scriptedIssuer()
    const token = await sign()
    const body = new URLSearchParams({ access_token: token })
    const request = new Request(`${API}?access_token=${token}`, { method: 'POST', body })
    expect((await refused(request, options)).status).toBe(401)
    expect(request.bodyUsed).toBe(false)
  })

  it.each(['bearer', 'BEARER', 'Bearer  '])('may spell the scheme %s', async (scheme) => {
    const { options, sign } = await scriptedIssuer()
    const headers = { Authorization: `${scheme} ${await sign()}` }
    const request = new Request(API, { headers })
    expect(await verifyRequest(request, options)).not.toBeInstanceOf(Response)
  })
})

describe('a token that the issuer signed', () => {
  const now = 1_800_000_000
  it.each<[string, Json, Json]>([
    ['of another issuer', { iss: 'https://other.example' }, {}],
    ['of the issuer with a slash', { iss: 'https://issuer.example/' }, {}],
    ['for another audience', { aud: 'https://other.example.com' }, {}],
    ['for an audience that begins like this one', { aud: `${API}/` }, {}],
    ['for no audience', { aud: undefined }, {}],
    ['expired a second ago', { exp: now - 1 }, {}],
    ['expiring now', { exp: now }, {}],
    ['without exp', { exp: undefined }, {}],
    ['with an exp that is no number', { exp: String(now + 60) }, {}],
    ['not valid yet', { nbf: now + 60 }, {}],
    ['without iat', { iat: undefined }, {}],
    ['without jti', { jti: undefined }, {}],
    ['without client_id', { client_id: undefined }, {}],
    ['without scope', { scope: undefined }, {}],
    ['without generation', { gen: undefined }, {}],
    ['that is no access token', {}, { typ: 'JWT' }],
    ['that is a logout token', {}, { typ: 'logout+jwt' }],
    ['without a type', {}, { typ: undefined }],
    ['with an unknown kid', {}, { kid: 'key-2' }],
    ['without a kid', {}, { kid: undefined }],
  ])('%s is refused, and the server is not asked about it', async (_name, claims, header) => {
    const { options, sign, questions } = await scriptedIssuer()
    expect(await outcome(await sign(claims, header), options)).toBe('401 invalid_token')
    expect(questions()).toBe(0)
  })

  it('passes for several audiences when this one is among them', async () => {
    const { options, sign } = await scriptedIssuer()
    const token = await sign({ aud: ['https://other.example.com', API] })
    expect(await outcome(token, options)).toBe('passes')
  })

  it('passes with RS256 too, by a key that says so', async () => {
    const { options, sign, script } = await scriptedIssuer()
    const key = await keyPair('key-rs', 'RS256')
    script.keys = () => Response.json({ keys: [key.jwk] })
    expect(await outcome(await sign({}, {}, key), options)).toBe('passes')
  })

  it.each(['PS256', 'RS384'])('is refused with %s, though the key could do it', async (alg) => {
    const { options, sign, script } = await scriptedIssuer()
    const { jwk, ...key } = await keyPair('key-rs', alg)
    script.keys = () => Response.json({ keys: [{ ...jwk, alg: 'RS256' }] })
    const token = await sign({}, {}, { ...key, jwk })
    expect(await outcome(token, options)).toBe('401 invalid_token')
  })
})

describe('scope', () => {
  it.each<[GuardOptions['scope'], string]>([
    [undefined, 'passes'],
    ['', 'passes'],
    [[], 'passes'],
    ['invoices:read', 'passes'],
    ['invoices:read invoices:write', 'passes'],
    [['invoices:write', 'invoices:read'], 'passes'],
    ['invoices:delete', '403 insufficient_scope'],
    ['invoices:read invoices:delete', '403 insufficient_scope'],
    ['invoices', '403 insufficient_scope'],
    ['INVOICES:READ', '403 insufficient_scope'],
  ])('%j of a token for reading and writing: %s', async (scope, expected) => {
    const { options, sign, script } = await scriptedIssuer()
    const held = 'invoices:read invoices:write'
    script.introspection = () => Response.json({ active: true, scope: held })
    expect(await outcome(await sign({ scope: held }), { ...options, scope })).toBe(expected)
  })

  it.each([{ active: true }, { active: true, scope: '' }, { active: true, scope: null }])(
    'is what the server says, not what the token says: nothing for %j',
    async (body) => {
      const { options, sign, script } = await scriptedIssuer()
      script.introspection = () => Response.json(body)
      const reading = { ...options, scope: 'invoices:read' }
      expect(await outcome(await sign(), reading)).toBe('403 insufficient_scope')
    },
  )
})

describe('what a refused request is told', () => {
  const metadata = 'https://api.example.com/.well-known/oauth-protected-resource'

  it('is invalid_token with 401 for a bad token, and nothing of the token', async () => {
    const { options, sign } = await scriptedIssuer()
    const token = await sign({ exp: 1 })
    const answer = await refused(requestWith(token), options)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('WWW-Authenticate')).toBe(
      `Bearer realm="${API}", error="invalid_token"`,
    )
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(answer.headers.get('Content-Type')).toBe('application/json')
    const text = await answer.text()
    expect(JSON.parse(text)).toMatchObject({ error: 'invalid_token' })
    expect(text).not.toContain(token.slice(0, 20))
  })

  it('is insufficient_scope with 403, and which scope is needed', async () => {
    const { options, sign } = await scriptedIssuer()
    const scope = ['invoices:write', 'invoices:delete']
    const answer = await refused(requestWith(await sign()), { ...options, scope })
    expect(answer.status).toBe(403)
    expect(answer.headers.get('WWW-Authenticate')).toBe(
      `Bearer realm="${API}", error="insufficient_scope", scope="invoices:write invoices:delete"`,
    )
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(await answer.json()).toMatchObject({ error: 'insufficient_scope' })
  })

  it('is where the metadata of the API is, in each challenge', async () => {
    const { options, sign } = await scriptedIssuer()
    const given = { ...options, scope: 'invoices:write', resourceMetadata: metadata }
    const requests = [new Request(API), requestWith('a.b.c'), requestWith(await sign())]
    for (const request of requests) {
      const challenge = (await refused(request, given)).headers.get('WWW-Authenticate')
      expect(challenge).toMatch(new RegExp(`, resource_metadata="${metadata}"$`))
    }
  })

  it('is to come back when nobody can tell: 503, no challenge', async () => {
    const { options, sign, script } = await scriptedIssuer()
    script.introspection = () => new Response(null, { status: 503 })
    const answer = await refused(requestWith(await sign()), options)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Retry-After')).toBe('5')
    expect(answer.headers.get('WWW-Authenticate')).toBeNull()
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' })
  })
})
