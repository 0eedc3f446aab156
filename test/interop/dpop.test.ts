import { generateKeyPair as keyPair, generateProof } from 'dpop'
import { calculateJwkThumbprint, decodeJwt, exportJWK } from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runPeer } from './support/peer.ts'
import { AUDIENCE, type Here, openPlace, type Place } from './support/place.ts'
import { closeServers } from './support/served.ts'

// Bound tokens (RFC 9449) by the libraries of others, over HTTPS; and beside another server.

let place: Place
let here: Here

beforeAll(async () => {
  place = await openPlace()
  here = await place.newcomer(AUDIENCE, await place.register(AUDIENCE))
})

afterAll(async () => {
  closeServers()
  await place.close()
})

/** The key of a token as it says, and as introspection does. */
async function bindingsOf(token: string) {
  const { cnf } = decodeJwt(token)
  const answer = await fetch(`${here.issuer}/oauth/introspect`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${here.api.id}:${here.api.secret}`)}` },
    body: new URLSearchParams({ token }),
  })
  return [cnf, ((await answer.json()) as { cnf: unknown }).cnf]
}

describe('a library gets a bound token', () => {
  it.each(['ES256', 'PS256', 'RS256', 'Ed25519'])('oauth4webapi, %s', async (alg) => {
    const issuer = new URL(here.issuer)
    const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2' })
    const server = await oauth.processDiscoveryResponse(issuer, found)
    const client = { client_id: here.client.id }
    const pair = await oauth.generateKeyPair(alg, { extractable: true })
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      oauth.ClientSecretBasic(here.client.secret),
      { resource: AUDIENCE },
      { DPoP: oauth.DPoP({}, pair) },
    )
    const token = await oauth.processClientCredentialsResponse(server, client, response)
    expect(token.token_type.toLowerCase()).toBe('dpop')
    const cnf = { jkt: await calculateJwkThumbprint(await exportJWK(pair.publicKey)) }
    expect(await bindingsOf(token.access_token)).toEqual([cnf, cnf])
  })

  it('openid-client', async () => {
    const { id, secret } = here.client
    const method = openid.ClientSecretBasic(secret)
    const options = { algorithm: 'oauth2' } as const
    const config = await openid.discovery(new URL(here.issuer), id, undefined, method, options)
    const pair = await openid.randomDPoPKeyPair('ES256', { extractable: true })
    const DPoP = openid.getDPoPHandle(config, pair)
    const token = await openid.clientCredentialsGrant(config, { resource: AUDIENCE }, { DPoP })
    const cnf = { jkt: await calculateJwkThumbprint(await exportJWK(pair.publicKey)) }
    expect(await bindingsOf(token.access_token)).toEqual([cnf, cnf])
  })
})

describe('another resource server', () => {
  it('oauth4webapi takes the token with a proof, and refuses it without one or with that of another', async () => {
    const issuer = new URL(here.issuer)
    const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2' })
    const server = await oauth.processDiscoveryResponse(issuer, found)
    const client = { client_id: here.client.id }
    const pairs = [await keyPair('ES256'), await keyPair('ES256')] as const
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      oauth.ClientSecretBasic(here.client.secret),
      { resource: AUDIENCE },
      { DPoP: oauth.DPoP({}, pairs[0]) },
    )
    const { access_token: token } = await oauth.processClientCredentialsResponse(
      server,
      client,
      response,
    )
    const url = `${AUDIENCE}/invoices`
    const visit = async (scheme: string, pair: (typeof pairs)[number] | null) => {
      const proof = pair && (await generateProof(pair, url, 'GET', undefined, token))
      const headers = { Authorization: `${scheme} ${token}`, ...(proof && { DPoP: proof }) }
      const request = new Request(url, { headers })
      return oauth.validateJwtAccessToken(server, request, AUDIENCE)
    }
    expect(await visit('DPoP', pairs[0])).toMatchObject({ client_id: client.client_id })
    await expect(visit('DPoP', pairs[1])).rejects.toThrow()
    await expect(visit('DPoP', null)).rejects.toThrow()
    await expect(visit('Bearer', null)).rejects.toThrow()
  })
})

describe('beside oidc-provider, on the wire', () => {
  type Asked = { status: number; type: unknown; bound: boolean; error: unknown }

  async function ask(url: string, client: Here['client'], proof: string | null): Promise<Asked> {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        Authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}`,
        ...(proof !== null && { DPoP: proof }),
      },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    const body = (await answer.json()) as Record<string, unknown>
    const token = body['access_token']
    // The other server's tokens are opaque, and their type alone tells that they are bound.
    const bound = typeof token === 'string' && body['token_type'] === 'DPoP'
    return { status: answer.status, type: body['token_type'], bound, error: body['error'] }
  }

  it('both answer a proof, none, and wrong ones alike', async () => {
    const peer = await runPeer()
    const pair = await keyPair('ES256')
    const proofs: [string, (url: string) => Promise<string | null>][] = [
      ['none', async () => null],
      ['right', (url) => generateProof(pair, url, 'POST')],
      ['another method', (url) => generateProof(pair, url, 'GET')],
      ['another URL', (url) => generateProof(pair, `${url}/other`, 'POST')],
      ['garbled', async () => 'a.b.c'],
    ]
    try {
      for (const [name, make] of proofs) {
        const ours = `${here.issuer}/oauth/token`
        const mine = await ask(ours, here.client, await make(ours))
        const theirs = await ask(peer.tokenEndpoint, peer.client, await make(peer.tokenEndpoint))
        expect({ name, ...mine }).toEqual({ name, ...theirs })
      }
    } finally {
      await peer.close()
    }
  })
})
