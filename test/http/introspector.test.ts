import { beforeEach, describe, expect, it } from 'vitest'
import type { MetricsBinding } from '../../src/storage/upkeep/metrics.ts'
import { API, type Client, ISSUER, testServer, type TestServer } from '../support/server.ts'
import { bindingsOf, buildServer } from '../world/build.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000

let server: TestServer
let caller: Client
let token: string
beforeEach(async () => {
  server = testServer({ now: NOON })
  await server.api()
  caller = await server.client({ [API]: 'tokens:introspect' })
  token = await server.token(await server.client({ [API]: 'invoices:read' }))
})

/** The same server as another Worker of the account asks it, and what was counted of that. */
function bound() {
  const points: { blobs: string[]; doubles: number[] }[] = []
  const metrics = { writeDataPoint: (point: never) => void points.push(point) } as MetricsBinding
  const bindings = (e: Parameters<typeof bindingsOf>[0]) => ({ ...bindingsOf(e), metrics })
  return { points, own: buildServer({ now: () => NOON, bindings }) }
}

describe('a question over a binding', () => {
  it('is answered as the same one over HTTP, and counted', async () => {
    const { own, points } = bound()
    const other = await server.introspect(token, caller)
    expect(await own.introspect(token, server.bindings)).toEqual(other)
    expect(await own.introspector(server.bindings).introspect(token)).toEqual(other)
    expect(await own.introspect('nonsense', server.bindings)).toEqual({ active: false })
    const counted = points.map(({ blobs }) => blobs)
    for (const blobs of counted)
      expect(blobs).toEqual(expect.arrayContaining(['request', 'RPC introspect', 'binding']))
    expect(counted.map((blobs) => blobs.includes('active'))).toEqual([true, true, false])
    expect(counted[2]).toContain('inactive')
    for (const { doubles } of points) expect(Math.max(...doubles)).toBeLessThan(60_000)
  })

  it('of the guard is for the keys, and for nothing else', async () => {
    const { fetch } = bound().own.introspector(server.bindings)
    const keys = await fetch(`${ISSUER}/.well-known/jwks.json`)
    const published = await server.send('/.well-known/jwks.json')
    expect([keys.status, await keys.json()]).toEqual([200, await published.json()])
    const other = await fetch(`${ISSUER}/.well-known/openid-configuration`)
    expect([other.status, await other.text()]).toEqual([404, ''])
  })
})
