import { beforeEach, describe, expect, it } from 'vitest'
import { type Client, type Json, testServer } from '../support/server.ts'

// A parameter that narrows a token is read wherever a library puts it, or refused. It is never
// ignored, because the client would get everything that it may do, and not know.

const BILLING = 'https://billing.example'
const ORDERS = 'orders-api'

const server = testServer()
let client: Client

beforeEach(async () => {
  await server.api(BILLING, 'invoices:read invoices:write')
  await server.api(ORDERS, 'orders:read')
  client = await server.client({
    [BILLING]: 'invoices:read invoices:write',
    [ORDERS]: 'orders:read',
  })
})

async function ask(body: string, url = ''): Promise<{ status: number; body: Json }> {
  const response = await server.form(`/oauth/token${url}`, body, client)
  return { status: response.status, body: await response.json<Json>() }
}

const claimsIn = (token: string) =>
  JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))) as Json

const GRANT = 'grant_type=client_credentials'
const INVALID = { status: 400, body: { error: 'invalid_request' } }

describe('in the URL', () => {
  it.each([
    'scope=invoices:read',
    'resource=https://billing.example',
    'audience=orders-api',
    'grant_type=client_credentials',
    'Scope=invoices:read',
    'scopes=invoices:read',
  ])('%s is refused', async (query) => {
    expect(await ask(GRANT, `?${query}`)).toMatchObject(INVALID)
  })

  it('anything else is ignored (RFC 6749 §3.2)', async () => {
    expect((await ask(GRANT, '?trace=1&api-version=2')).status).toBe(200)
  })
})

describe('by a name that is nearly right', () => {
  it.each([
    'scope[]',
    'scopes',
    'Scope',
    'SCOPE',
    'resource[0]',
    'resource[]',
    'resources',
    'Resource',
    'audiences',
    'audience[]',
    '_scope',
  ])('%s is refused, and the right one named', async (name) => {
    const { status, body } = await ask(`${GRANT}&${encodeURIComponent(name)}=invoices:read`)
    expect([status, body['error']]).toEqual([400, 'invalid_request'])
    expect(body['error_description']).toMatch(/it is called (scope|resource|audience)\.$/)
  })

  it.each(['api_scope', 'x_resource_group', 'client_description', 'requested_scope'])(
    '%s is another parameter, and ignored',
    async (name) => {
      expect((await ask(`${GRANT}&${name}=x`)).status).toBe(200)
    },
  )
})

describe('audience', () => {
  it.each([ORDERS, BILLING])('means what resource means: %s', async (audience) => {
    const { status, body } = await ask(`${GRANT}&audience=${encodeURIComponent(audience)}`)
    expect([status, claimsIn(body['access_token'])['aud']]).toEqual([200, audience])
  })

  it('of no API of the client is an invalid_target', async () => {
    const { status, body } = await ask(`${GRANT}&audience=https://nobody.example`)
    expect([status, body['error']]).toEqual([400, 'invalid_target'])
  })

  it('may be sent beside the same resource, and beside no other', async () => {
    const both = (audience: string) => ask(`${GRANT}&resource=${ORDERS}&audience=${audience}`)
    expect((await both(ORDERS)).status).toBe(200)
    expect(await both(BILLING)).toMatchObject(INVALID)
    for (const [one, other] of [
      ['audience', 'resource'],
      ['resource', 'audience'],
    ]) {
      const turned = `${one}=${BILLING}/&${one}=${BILLING}&${other}=${BILLING}&${other}=${BILLING}/`
      expect((await ask(`${GRANT}&${turned}`)).status).toBe(200)
    }
  })

  it.each([
    ['with a slash and without', `resource=${BILLING}/&audience=${BILLING}`, [BILLING]],
    ['without a slash and with', `resource=${BILLING}&audience=${BILLING}/`, [BILLING]],
    ['repeated', `resource=${ORDERS}&resource=${ORDERS}&audience=${ORDERS}`, [ORDERS]],
    [
      'in another order, one of them twice',
      `resource=${ORDERS}&resource=${BILLING}&audience=${BILLING}/&audience=${ORDERS}&audience=${BILLING}`,
      [ORDERS, BILLING],
    ],
  ])('both that name the same are one, %s', async (_, query, audiences) => {
    const { status, body } = await ask(`${GRANT}&${query}`)
    expect(status).toBe(200)
    expect([claimsIn(String(body['access_token']))['aud']].flat()).toEqual(audiences)
  })

  it.each([
    `resource=${BILLING}/x&audience=${BILLING}/x/`,
    `resource=${ORDERS}&audience=${ORDERS}/`,
    `resource=${ORDERS}&resource=${BILLING}&audience=${ORDERS}`,
    `resource=${ORDERS}&audience=${ORDERS}&audience=${BILLING}`,
  ])('both are refused where they differ in more: %s', async (query) => {
    expect(await ask(`${GRANT}&${query}`)).toMatchObject(INVALID)
  })
})

describe('a resource of a bare origin', () => {
  it('matches with a final slash and without; the token carries what is registered', async () => {
    for (const resource of [BILLING, `${BILLING}/`]) {
      const { body } = await ask(`${GRANT}&resource=${encodeURIComponent(resource)}`)
      expect(claimsIn(body['access_token'])['aud']).toBe(BILLING)
    }
    const { body } = await ask(`${GRANT}&resource=${BILLING}&resource=${BILLING}/`)
    expect(claimsIn(body['access_token'])['aud']).toBe(BILLING)
  })

  it('matches nothing else that looks like it', async () => {
    for (const resource of [
      `${BILLING}//`,
      `${BILLING}/x`,
      `${BILLING}?`,
      `${ORDERS}/`,
      'https://Billing.example',
    ]) {
      const { body } = await ask(`${GRANT}&resource=${encodeURIComponent(resource)}`)
      expect([resource, body['error']]).toEqual([resource, 'invalid_target'])
    }
  })

  it('is registered once, in one of its spellings, and may change to the other', async () => {
    const taken = { audience: `${BILLING}/`, name: 'Again', permissions: [] }
    expect((await server.admin('POST', '/apis', taken)).status).toBe(409)
    const { api_id } = await server.api('https://shop.example', 'x')
    const path = `/apis/${String(api_id)}`
    expect((await server.admin('PATCH', path, { audience: 'https://shop.example/' })).status).toBe(
      200,
    )
    expect((await server.admin('PATCH', path, { audience: BILLING })).status).toBe(409)
  })
})

it('a form that begins with a question mark has a parameter of that name', async () => {
  const { status, body } = await ask(`?${GRANT}`)
  expect([status, body['error_description']]).toEqual([400, 'The parameter grant_type is missing.'])
})

it.each(['orders', 'urn:example:orders', 'api://0d0a', 'a/b?c', '{tenant}'])(
  'an API may be called %s (RFC 7519 §2, StringOrURI)',
  async (audience) => {
    await server.api(audience, 'x')
    const own = await server.client({ [audience]: 'x' })
    const token = await server.token(own, { resource: audience })
    expect(claimsIn(token)['aud']).toBe(audience)
  },
)

it.each(['', 'two words', 'ümlaut', '1:2', 'https://x.example/#part', ':x', 'x'.repeat(501)])(
  'and not %j',
  async (audience) => {
    const body = { audience, name: 'Odd', permissions: [] }
    expect((await server.admin('POST', '/apis', body)).status).toBe(400)
  },
)
