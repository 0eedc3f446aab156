import { decodeProtectedHeader, type JWK } from 'jose'
import { expect, it } from 'vitest'
import type { Forgery, Loot } from '../support/forged-signatures.ts'
import { forgeries } from '../support/forgeries.ts'
import { API, type Client, ISSUER, testServer } from '../support/server.ts'

/** A server with an administering client, a caller that may introspect all, and a forger's loot. */
async function started() {
  const server = testServer({ failureLimits: { perClient: 1e6 } })
  await server.api()
  const client = await server.client({ [ISSUER]: 'clients:read' })
  const observer = await server.client({ [ISSUER]: 'tokens:introspect' })
  const powerful = await server.client({ [ISSUER]: 'clients:manage', [API]: 'invoices:read' })
  const { kid: revokedKid } = decodeProtectedHeader(await server.token(client))
  await server.adminOk('DELETE', `/signing-keys/${revokedKid}`)
  const pending = await server.adminOk('POST', '/signing-keys', {})
  const token = await server.token(client)
  const { keys } = await (await server.send('/.well-known/jwks.json')).json<{
    keys: Loot['jwk'][]
  }>()
  const { kid } = decodeProtectedHeader(token)
  const jwk = keys.find((key: JWK) => key.kid === kid)
  if (!jwk) throw new Error('the key of the token is not published')
  const loot: Loot = {
    token,
    jwk,
    second: await server.token(client),
    revokedKid: String(revokedKid),
    pendingKid: String(pending['kid']),
    issuer: ISSUER,
    otherClient: powerful.id,
  }
  return { server, client, observer, loot, forged: await forgeries(loot) }
}

type Started = Awaited<ReturnType<typeof started>>

const introspected = async ({ server }: Started, token: string, caller: Client) => {
  const response = await server.form('/oauth/introspect', { token }, caller)
  return `${response.status} ${await response.text()}`
}

/** As a header can carry it. */
const inHeader = (token: string) => (/^[\t\x20-\x7e]*$/.test(token) ? token : encodeURI(token))

const administered = async ({ server }: Started, token: string) => {
  const response = await server.admin('GET', '/clients', undefined, inHeader(token))
  await response.body?.cancel()
  return response.status
}

async function accepted(forged: Forgery[], isRefused: (token: string) => Promise<boolean>) {
  const found: Forgery[] = []
  for (const forgery of forged) {
    if (!(await isRefused(forgery.token))) found.push(forgery)
  }
  return found
}

it('has at least 300 forgeries of 20 kinds, each of them another token', async () => {
  const { forged, loot } = await started()
  const tokens = new Set(forged.map(({ token }) => token))
  expect(tokens.size).toBeGreaterThanOrEqual(300)
  expect(new Set(forged.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(20)
  expect(tokens.has(loot.token)).toBe(false)
})

it('INV-12: says active of no forged token', async () => {
  const all = await started()
  const { observer, loot, forged } = all
  expect(await introspected(all, loot.token, observer)).toContain('"active":true')
  const refused = '200 {"active":false}'
  expect(
    await accepted(forged, async (token) => (await introspected(all, token, observer)) === refused),
  ).toEqual([])
})

it('INV-15: lets no forged token into the admin API', async () => {
  const all = await started()
  expect(await administered(all, all.loot.token)).toBe(200)
  expect(
    await accepted(all.forged, async (token) => (await administered(all, token)) === 401),
  ).toEqual([])
})

it('revokes nothing for a forged token', async () => {
  const all = await started()
  const { server, client, observer, loot, forged } = all
  for (const { token } of forged.filter((_, i) => i % 10 === 0)) {
    expect((await server.form('/oauth/revoke', { token }, client)).status).toBe(200)
  }
  expect(await introspected(all, loot.token, observer)).toContain('"active":true')
})

it('lets no forged token introspect', async () => {
  const all = await started()
  const { server, loot, forged } = all
  for (const { token } of forged.filter((_, i) => i % 10 === 5)) {
    const headers = { Authorization: `Bearer ${inHeader(token)}` }
    const fields = { token: loot.token }
    const response = await server.form('/oauth/introspect', fields, undefined, headers)
    expect(response.status, token).toBe(401)
  }
})
