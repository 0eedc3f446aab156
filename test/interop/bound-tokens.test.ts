import { DpopSession, extractWWWAuthenticateParams, withDpop } from '@modelcontextprotocol/client'
import { Hono } from 'hono'
import { calculateJwkThumbprint, exportJWK } from 'jose'
import {
  customFetch,
  DPoP,
  generateKeyPair,
  isDPoPNonceError,
  protectedResourceRequest,
} from 'oauth4webapi'
import { expect, it } from 'vitest'
import { type GuardOptions, requireToken } from '../../src/guard/index.ts'
import { testIssuer } from '../../src/testing/index.ts'

// Clients of DPoP (RFC 9449) by other hands, before an API behind the guard.

const URL_OF_API = 'https://api.test/invoices'
const METADATA = 'https://api.test/.well-known/oauth-protected-resource'
const NONCES = { nonceSecret: 'a secret of at least 32 characters' }

function guardedApi(dpop?: GuardOptions['dpop']) {
  const issuer = testIssuer()
  const given = { scope: 'invoices:read', resourceMetadata: METADATA, dpop }
  const guard = requireToken(issuer.guardOptions(given))
  const app = new Hono().get('/invoices', guard, (c) => c.json({ for: c.var.token.client_id }))
  const statuses: number[] = []
  return {
    statuses,
    tokenFor: (jkt: string) => issuer.token({ scope: 'invoices:read', claims: { cnf: { jkt } } }),
    fetch: async (input: string | URL | Request, init?: RequestInit) => {
      const answer = await app.fetch(new Request(input, init))
      statuses.push(answer.status)
      return answer
    },
  }
}

it('the MCP client gets in, and with a nonce after one retry', async () => {
  for (const [dpop, statuses] of [
    [undefined, [200, 200]],
    [NONCES, [401, 200, 200]],
  ] as const) {
    const api = guardedApi(dpop)
    const session = await DpopSession.create()
    const token = await api.tokenFor(session.thumbprint)
    const fetcher = withDpop(session, () => token)(api.fetch)
    for (const _ of [1, 2]) expect((await fetcher(URL_OF_API)).status).toBe(200)
    expect(api.statuses).toEqual(statuses)
  }
})

it('the MCP client finds the metadata and the scope in whichever challenge is first', async () => {
  const wanted = { resourceMetadataUrl: new URL(METADATA), scope: 'invoices:read' }
  for (const dpop of [undefined, {}, { required: true }]) {
    const { fetch } = guardedApi(dpop)
    for (const scheme of ['Bearer', 'DPoP']) {
      const headers = { Authorization: `${scheme} a.b.c` }
      const found = extractWWWAuthenticateParams(await fetch(URL_OF_API, { headers }))
      expect(found).toMatchObject({ ...wanted, error: 'invalid_token' })
    }
    expect(extractWWWAuthenticateParams(await fetch(URL_OF_API))).toMatchObject(wanted)
  }
})

it.each(['ES256', 'Ed25519', 'PS256', 'RS256'])('oauth4webapi gets in by %s', async (alg) => {
  const api = guardedApi(NONCES)
  const pair = await generateKeyPair(alg, { extractable: true })
  const token = await api.tokenFor(await calculateJwkThumbprint(await exportJWK(pair.publicKey)))
  const handle = DPoP({}, pair)
  const url = new URL(`${URL_OF_API}?page=2#top`)
  const ask = () =>
    protectedResourceRequest(token, 'GET', url, new Headers(), null, {
      DPoP: handle,
      [customFetch]: (input, { method, headers }) => api.fetch(input, { method, headers }),
    })
  const error: unknown = await ask().then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(isDPoPNonceError(error)).toBe(true)
  expect(await (await ask()).json()).toEqual({ for: 'client_test' })
})
