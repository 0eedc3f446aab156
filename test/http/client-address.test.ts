import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { connectingAddress } from '../../src/web/client-address.ts'
import { callerOf, serverAt } from '../host/mounted.ts'
import { CLOUDFLARE, ISSUER, testServer } from '../support/server.ts'

const HERE = '192.0.2.1'
/** From which every Worker fetches from another zone. */
const WORKERS = '2a06:98c0:3600::103'

function addressOf(headers: Record<string, string>, onCloudflare = true): string {
  const cf = onCloudflare ? { cf: CLOUDFLARE } : {}
  return connectingAddress(new Request<unknown, CfProperties>(ISSUER, { headers, ...cf }))
}

const from = (address: string, headers = {}) =>
  addressOf({ 'CF-Connecting-IP': address, ...headers })

describe('the address of a caller', () => {
  it('is what Cloudflare says', () => {
    expect(from(HERE)).toBe(HERE)
    expect(from('192.0.2.2')).not.toBe(from(HERE))
  })

  it('is by no header that the caller can write', () => {
    const forged = {
      'X-Forwarded-For': '192.0.2.9',
      'X-Real-IP': '192.0.2.9',
      Forwarded: 'for=1.2.3.4',
    }
    expect(from(HERE, { ...forged, 'True-Client-IP': '192.0.2.9' })).toBe(HERE)
  })

  it('is nobody’s where Cloudflare did not bring the request, whatever its headers say', () => {
    const nowhere = addressOf({}, false)
    expect(addressOf({ 'CF-Connecting-IP': HERE }, false)).toBe(nowhere)
    expect(addressOf({ 'CF-Connecting-IP': WORKERS, 'CF-Worker': 'evil.example' }, false)).toBe(
      nowhere,
    )
    expect(addressOf({ 'CF-Worker': 'evil.example' }, false)).toBe(nowhere)
    expect(nowhere).not.toBe(from(HERE))
  })

  it('is nobody’s where Cloudflare was told to keep it to itself', () => {
    expect(addressOf({})).toBe(addressOf({}, false))
  })

  it('is a whole /64 of IPv6', () => {
    const network = from('2001:db8:0:7::1')
    const same = ['2001:db8:0:7::99', '2001:0db8:0000:0007:1:2:3:4', '2001:db8:0:7:ffff:2:3:4']
    for (const address of same) expect(from(address)).toBe(network)
    expect(from('2001:db8:0:8::1')).not.toBe(network)
    expect(from('2001:db8::7:0:0:0:1')).toBe(network)
  })

  it('is of a Worker its zone too, and of nobody who only says so', () => {
    const [one, other] = ['one.example', 'other.example'].map((zone) =>
      from(WORKERS, { 'CF-Worker': zone }),
    )
    expect(one).not.toBe(other)
    expect(from(HERE, { 'CF-Worker': 'one.example' })).toBe(HERE)
    expect(from('2a06:98c0:3601::103', { 'CF-Worker': 'one.example' })).toBe(
      from('2a06:98c0:3601::'),
    )
    expect(from(WORKERS, { 'CF-Worker': 'x'.repeat(9999) }).length).toBeLessThan(200)
  })
})

describe('a caller who is limited', () => {
  const wrong = { id: 'nobody', secret: 'hunter2' }

  async function statusesWith(headersOf: (i: number) => Record<string, string>, on = true) {
    const server = testServer({ failureLimits: { perClient: 3 }, onCloudflare: on })
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) {
      const fields = { grant_type: 'client_credentials' }
      statuses.push((await server.form('/oauth/token', fields, wrong, headersOf(i))).status)
    }
    return statuses
  }

  const LIMITED = [401, 401, 401, 429, 429]

  it.each<[string, (i: number) => Record<string, string>, boolean?]>([
    ['another CF-Worker', (i) => ({ 'CF-Connecting-IP': HERE, 'CF-Worker': `zone-${i}.example` })],
    [
      'another X-Forwarded-For',
      (i) => ({ 'CF-Connecting-IP': HERE, 'X-Forwarded-For': `10.0.0.${i}` }),
    ],
    ['another host of its /64', (i) => ({ 'CF-Connecting-IP': `2001:db8:0:7::${i}` })],
    [
      'another CF-Connecting-IP, off Cloudflare',
      (i) => ({ 'CF-Connecting-IP': `192.0.2.${i}` }),
      false,
    ],
  ])('has no fresh limit by %s', async (_what, headersOf, on) => {
    expect(await statusesWith(headersOf, on)).toEqual(LIMITED)
  })

  it('has one at another address, which Cloudflare vouches for', async () => {
    const all = [401, 401, 401, 401, 401]
    expect(await statusesWith((i) => ({ 'CF-Connecting-IP': `192.0.2.${i}` }))).toEqual(all)
  })
})

it('is the same address where a host has read the body before', async () => {
  const app = new Hono().use(async (c, next) => {
    await c.req.arrayBuffer()
    await next()
  })
  const server = serverAt('/auth', { failureLimits: { perClient: 1 } })
  app.route('/auth', server.app)
  const { call } = callerOf(app)
  const statusAt = async (address: string) => {
    const headers = { 'CF-Connecting-IP': address, Authorization: 'Basic YTpi' }
    const body = new URLSearchParams({ grant_type: 'client_credentials' })
    const init = { method: 'POST', headers, body, cf: CLOUDFLARE }
    return (await call('/auth/oauth/token', init)).status
  }
  expect([await statusAt(HERE), await statusAt(HERE)]).toEqual([401, 429])
  expect(await statusAt('192.0.2.2')).toBe(401)
})
