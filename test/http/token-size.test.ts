import { env, exports } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { type GuardOptions, type Introspector, verifyRequest } from '../../src/guard/index.ts'
import type { TokenIntrospection } from '../../src/worker.ts'
import type { TokenClaims } from '../../src/domain/token.ts'
import { tokenLength, weightMax, weightOf } from '../../src/domain/token-size.ts'
import { RUNS } from '../domain/arbitraries.ts'
import { signIn } from '../support/console.ts'
import { ISSUER, type Client, type Json, type TestServer, testServer } from '../support/server.ts'
import { proofKey, proofMaker } from '../support/proofs.ts'
import { pastCooldown } from '../support/past-cooldown.ts'

type Bound = { TokenIntrospection: Service<typeof TokenIntrospection> }
type Given = { audience: string; permission: string }

const audienceOf = (i: number, length: number) => `https://api-${i}.example/`.padEnd(length, 'a')

const apiOf = (server: TestServer, audience: string, ...names: string[]) =>
  server.adminOk('POST', '/apis', {
    audience,
    name: 'API',
    permissions: names.map((permission) => ({ permission })),
  })

/** APIs of these lengths, with one permission each. */
async function apisOf(server: TestServer, lengths: [audience: number, permission: number][]) {
  const given: Given[] = []
  for (const [i, [audienceLength, length]] of lengths.entries()) {
    const audience = audienceOf(i, audienceLength)
    const permission = `p${i}:`.padEnd(length, 'b')
    await apiOf(server, audience, permission)
    given.push({ audience, permission })
  }
  return given
}

const put = (server: TestServer, { id }: Client, permissions: Given[]) =>
  server.admin('PUT', `/clients/${id}/access`, { permissions })

/** Every place where a token goes, each with limits of its own. */
async function passesEverywhere(
  server: TestServer,
  token: string,
  client: Client,
  introspector: Client,
) {
  const introspected = await server.introspect(token, introspector)
  const { TokenIntrospection: bound } = exports as unknown as Bound
  // The keys from the test's own server: the bound Worker remembers those of the test before for seconds.
  const fetcher: Introspector = {
    fetch: (input, init) => server.send(new URL(input).pathname, init),
    introspect: (presented) => bound.introspect(presented),
  }
  const now = pastCooldown(server.clock)
  const guard = (maxStaleness: number): GuardOptions => {
    const denylist = { get: async () => null }
    const audience = [introspected['aud']].flat()[0] as string
    return {
      issuer: ISSUER,
      audience,
      fetcher,
      maxStaleness,
      denylist,
      now,
    }
  }
  const request = () => new Request(ISSUER, { headers: { Authorization: `Bearer ${token}` } })
  const guarded = await Promise.all([0, 60].map((s) => verifyRequest(request(), guard(s))))
  const revoked = await server.form('/oauth/revoke', { token }, client)
  const after = await server.introspect(token, introspector)
  return {
    introspected: introspected['active'],
    guarded: guarded.map((one) => (one instanceof Response ? one.status : 'passes')),
    revoked: revoked.status,
    after: after['active'],
  }
}

const EVERYWHERE = { introspected: true, guarded: ['passes', 'passes'], revoked: 200, after: false }

it.each(['ES256', 'RS256'] as const)(
  'whatever access is accepted gives a token of 8,192 characters at most, which passes every door (%s)',
  async (algorithm) => {
    const server = testServer({ signingAlgorithm: algorithm })
    const introspector = await server.client({ [ISSUER]: 'tokens:introspect' })
    const client = await server.client()
    const lengths = Array.from({ length: 28 }, (_, i): [number, number] => [
      200 + 10 * i,
      3 * i + 5,
    ])
    const given = await apisOf(server, lengths)
    const seen = { accepted: 0, refused: 0 }
    const property = fc.asyncProperty(fc.subarray(given, { minLength: 1 }), async (permissions) => {
      const response = await put(server, client, permissions)
      if (response.status === 400) {
        seen.refused++
        const { errors } = await response.json<Json>()
        expect(errors[0].field).toMatch(/^permissions\.\d+$/)
        expect(errors[0].detail).toMatch(/characters, but at most 8192 are allowed$/)
        return
      }
      expect(response.status).toBe(200)
      seen.accepted++
      const token = await server.token(client)
      expect(token.length).toBeLessThanOrEqual(8192)
      expect(await passesEverywhere(server, token, client, introspector)).toEqual(EVERYWHERE)
    })
    await fc.assert(property, { ...RUNS, numRuns: 20 })
    expect(seen.accepted).toBeGreaterThan(3)
    expect(seen.refused).toBeGreaterThan(3)
  },
)

/** Access that leaves so many characters of the weight that fits. */
async function nearlyFull(server: TestServer, { id: clientId }: Client, left: number) {
  const given = await apisOf(
    server,
    Array.from({ length: 12 }, () => [400, 10]),
  )
  const rest =
    weightMax({ issuer: ISSUER, statusListBase: null }) -
    weightOf({ clientId, access: given }, ISSUER) -
    left
  const last = await apiOf(server, audienceOf(99, rest - 54), 'last'.padEnd(50, 'x'))
  const permission = { audience: String(last['audience']), permission: 'last'.padEnd(50, 'x') }
  return [...given, permission]
}

/** As it was given before there was a limit. */
async function giveUnasked({ id }: Client, permissions: Given[]) {
  await env.DB.prepare(
    `INSERT INTO portcullis_client_permissions (client_id, permission_id)
     SELECT ?1, p.id FROM json_each(?2) j JOIN portcullis_apis a ON a.audience = j.value ->> 'audience'
     JOIN portcullis_permissions p ON p.api_id = a.api_id AND p.permission = j.value ->> 'permission'`,
  )
    .bind(id, JSON.stringify(permissions))
    .run()
}

describe('access to the last character', () => {
  it('is given, and gives a token that passes every door; one character more is refused', async () => {
    const server = testServer({ signingAlgorithm: 'RS256' })
    const introspector = await server.client({ [ISSUER]: 'tokens:introspect' })
    const client = await server.client()
    const full = await nearlyFull(server, client, 0)
    expect((await put(server, client, full)).status).toBe(200)
    const token = await server.token(client)
    // Less than the whole because of its generation and its audience, which will not grow so long,
    // and because it is bound to no keys.
    const claims = decodeJwt<TokenClaims>(token)
    const cnf = { jkt: 't'.repeat(43), 'x5t#S256': 't'.repeat(43) }
    expect(tokenLength(claims, 'RS256')).toBe(token.length)
    expect(tokenLength({ ...claims, cnf }, 'RS256')).toBeGreaterThan(8150)
    expect(tokenLength({ ...claims, cnf }, 'RS256')).toBeLessThanOrEqual(8192)
    expect(await passesEverywhere(server, token, client, introspector)).toEqual(EVERYWHERE)
    const { audience } = await apiOf(server, 'https://more.example', 'm')
    expect((await put(server, client, [...full, { audience, permission: 'm' }])).status).toBe(400)
    const [last] = full.slice(-1) as [Given]
    const id = await idOf(server, last.audience)
    const renamed = await server.admin('PATCH', `/apis/${id}`, {
      audience: `${last.audience}b`,
      confirm_audience_in_use: true,
    })
    expect(renamed.status).toBe(409)
    expect((await renamed.json<Json>())['detail']).toContain(client.id)
    const shorter = { audience: last.audience.slice(0, -1), confirm_audience_in_use: true }
    expect((await server.admin('PATCH', `/apis/${id}`, shorter)).status).toBe(200)
  })

  it('leaves room for the key of a proof, whether the client must send one or does', async () => {
    const server = testServer({ signingAlgorithm: 'RS256' })
    const client = await server.client()
    expect((await put(server, client, await nearlyFull(server, client, 0))).status).toBe(200)
    const at = { method: 'POST', url: `${ISSUER}/oauth/token`, token: '', now: server.clock.now }
    const maker = await proofMaker(at, await proofKey())
    const lengthOfBound = async () => {
      const fields = { grant_type: 'client_credentials' }
      const headers = { DPoP: await maker.make() }
      const answer = await (await server.form('/oauth/token', fields, client, headers)).json<Json>()
      expect(answer).toMatchObject({ token_type: 'DPoP' })
      return String(answer['access_token']).length
    }
    expect(await lengthOfBound()).toBeLessThanOrEqual(8192)
    await server.adminOk('PATCH', `/clients/${client.id}`, { require_dpop: true })
    expect(await lengthOfBound()).toBeLessThanOrEqual(8192)
  })

  it('is held by a role, too, which does not grow beyond what its holders have room for', async () => {
    const server = testServer()
    const client = await server.client()
    const full = await nearlyFull(server, client, 8)
    const { audience } = full[0] as Given
    const names = [full[0]?.permission, '1234567', '12345678']
    await server.adminOk('PATCH', `/apis/${await idOf(server, audience)}`, {
      permissions: names.map((permission) => ({ permission })),
    })
    const { role_id: role } = await server.adminOk('POST', '/roles', { name: 'R', permissions: [] })
    await server.adminOk('PUT', `/clients/${client.id}/access`, {
      roles: [role],
      permissions: full,
    })
    const grow = (...names: string[]) =>
      server.admin('PATCH', `/roles/${role}`, {
        permissions: names.map((permission) => ({ audience, permission })),
      })
    const refused = await grow('12345678')
    expect(refused.status).toBe(409)
    expect((await refused.json<Json>())['detail']).toContain(client.id)
    expect((await grow('1234567')).status).toBe(200)
    expect((await server.token(client)).length).toBeLessThanOrEqual(8192)
    // Permissions that it gives but the client already has add nothing.
    expect((await grow('1234567', full[0]?.permission ?? '')).status).toBe(200)
    expect((await grow('1234567', '12345678')).status).toBe(409)
    expect((await grow()).status).toBe(200)
  })
})

async function idOf(server: TestServer, audience: string): Promise<string> {
  const { data } = await server.adminOk('GET', '/apis?limit=100')
  return String((data as Json[]).find((one) => one['audience'] === audience)?.['api_id'])
}

describe('a client that was given more before there was a limit', () => {
  async function overfull() {
    const server = testServer()
    const client = await server.client()
    const given = await apisOf(
      server,
      Array.from({ length: 40 }, () => [460, 10]),
    )
    await giveUnasked(client, given)
    return { server, client, given }
  }

  it('gets no token for all of it, is told to ask for less, and gets one for less', async () => {
    const { server, client, given } = await overfull()
    const response = await server.tokenRequest(client)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      error: 'invalid_scope',
      error_description: expect.stringMatching(
        /^The token would have 2\d{4} characters, but at most 8192 are allowed: ask for less with scope or resource\.$/,
      ),
    })
    for (const less of [{ scope: given[0]?.permission }, { resource: given[0]?.audience }]) {
      const token = await server.token(client, less as Record<string, string>)
      expect(token.length).toBeLessThan(1500)
    }
  })

  it('is counted as one that was refused, and keeps its access until it is taken', async () => {
    const { server, client, given } = await overfull()
    await server.tokenRequest(client)
    expect((await put(server, client, given.slice(5))).status).toBe(200)
    expect((await put(server, client, given)).status).toBe(400)
    const copy = await server.admin('POST', `/clients/${client.id}/duplicates`, {})
    expect(copy.status).toBe(400)
    expect((await copy.json<Json>())['errors'][0].field).toMatch(/^permissions\.\d+$/)
  })

  it('is refused in the preview with the same words', async () => {
    const { server, client } = await overfull()
    const { html } = await signIn(server)
    const page = await html(`/clients/${client.id}/preview`)
    expect(page).toContain('but at most 8192 are allowed')
    expect(page).toContain('invalid_scope')
  })
})

it('a guard refuses a longer token before it looks at it', async () => {
  const fetcher = {
    fetch: () => Promise.reject(new Error('asked')),
    introspect: () => Promise.reject(new Error('asked')),
  }
  const options: GuardOptions = { issuer: ISSUER, audience: 'https://a.example', fetcher }
  const ask = async (length: number) => {
    const head = `${btoa('{"alg":"ES256","typ":"at+jwt","kid":"x"}').replaceAll('=', '')}.`
    const token = head + 'a'.repeat(length - head.length - 4) + '.aaa'
    expect(token).toHaveLength(length)
    const headers = { Authorization: `Bearer ${token}` }
    const answer = await verifyRequest(new Request('https://a.example', { headers }), options)
    return answer instanceof Response ? [answer.status, await answer.json<Json>()] : 'passes'
  }
  expect(await ask(8193)).toEqual([
    401,
    { error: 'invalid_token', error_description: 'The token is too long.' },
  ])
  expect(await ask(8192)).toMatchObject([503, {}])
})
