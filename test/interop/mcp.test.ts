import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mcp } from './rows.ts'
import { AGENTS, BOUND, CREDENTIALS, version2 } from './support/mcp-agents.ts'
import { GUARDED } from './support/mcp-guarded.ts'
import { openPlace, type Place } from './support/place.ts'
import { type Platform, trust } from './support/platforms.ts'
import { closeServers } from './support/served.ts'

// The extension io.modelcontextprotocol/oauth-client-credentials: both lines of the SDK, client and server.

let place: Place
let platform: Platform

beforeAll(async () => {
  place = await openPlace()
  platform = await trust(place, 'Kubernetes')
})

afterAll(async () => {
  closeServers()
  await place.close()
})

const FLOWS = Object.entries(GUARDED).flatMap(([server, serve]) =>
  Object.entries(AGENTS).flatMap(([client, start]) =>
    Object.entries(CREDENTIALS).map(([credential, make]) => ({
      name: `${credential}, ${client}, ${server}`,
      serve,
      open: async () => start(make, await mcp(serve)(place), place, platform),
    })),
  ),
)

/** `mcpVerifier` sees no request, and refuses what is bound: the guard is in front here. */
const BOUND_FLOWS = Object.entries(GUARDED)
  .filter(([server]) => server.startsWith('the guard before'))
  .map(([name, serve]) => ({
    name,
    open: async () => {
      const here = await mcp(serve)(place)
      return version2(BOUND, here, place, platform)
    },
  }))

async function answerTo(url: string, token: string | null): Promise<Response> {
  const headers = { Accept: 'application/json, text/event-stream' }
  const authorization = token === null ? {} : { Authorization: `Bearer ${token}` }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
  return fetch(url, {
    method: 'POST',
    headers: { ...headers, ...authorization, 'Content-Type': 'application/json' },
    body,
  })
}

describe('an agent without a human', () => {
  it.concurrent.each(FLOWS)(
    'is out while suspended, and in again with its old token: $name',
    async ({ open }) => {
      const agent = await open()
      const { here } = agent
      expect(await agent.call()).toBe(`for ${here.client.id}`)
      const token = await agent.token()
      await place.suspend(here)
      const refused = await answerTo(here.audience, token)
      expect([refused.status, refused.headers.get('WWW-Authenticate')]).toEqual([
        401,
        expect.stringContaining('error="invalid_token"'),
      ])
      expect(agent.asked()).toBe(1)
      await expect(agent.call()).rejects.toThrow('The client is suspended.')
      expect(agent.asked()).toBe(3)
      await place.resume(here)
      expect(await agent.call()).toBe(`for ${here.client.id}`)
      expect([await agent.token(), agent.asked()]).toEqual([token, 3])
      await agent.close()
    },
  )
})

describe('an agent whose tokens are bound to a key (DPoP)', () => {
  it.each(BOUND_FLOWS)('is out while suspended, and in again: $name', async ({ open }) => {
    const agent = await open()
    const { here } = agent
    expect(await agent.call()).toBe(`for ${here.client.id}`)
    const token = await agent.token()
    expect(decodeJwt(token)['cnf']).toEqual({ jkt: expect.any(String) })
    // A thief cannot use it as a bearer token.
    expect((await answerTo(here.audience, token)).status).toBe(401)
    await place.suspend(here)
    await expect(agent.call()).rejects.toThrow('The client is suspended.')
    await place.resume(here)
    expect(await agent.call()).toBe(`for ${here.client.id}`)
    expect(await agent.token()).toBe(token)
    await agent.close()
  })

  it('is tried with each server that has the guard in front', () => {
    expect(BOUND_FLOWS.length).toBeGreaterThan(0)
  })
})

describe('the first answer of a server', () => {
  it.each(Object.entries(GUARDED))('names the scope and the metadata: %s', async (_name, serve) => {
    const { audience, issuer } = await mcp(serve)(place)
    const { status, headers } = await answerTo(audience, null)
    const challenge = headers.get('WWW-Authenticate') ?? ''
    expect([status, challenge]).toEqual([
      401,
      expect.stringMatching(/^Bearer .*scope="invoices:read"/),
    ])
    const [, url = ''] = /resource_metadata="([^"]+)"/.exec(challenge) ?? []
    expect(await (await fetch(url)).json()).toMatchObject({
      resource: audience,
      authorization_servers: [issuer],
    })
  })
})
