import { env } from 'cloudflare:workers'
import { decodeProtectedHeader } from 'jose'
import { expect, it } from 'vitest'
import { verifyRequest } from '../../src/guard/index.ts'
import type { Loot } from '../support/forged-signatures.ts'
import { forgeries } from '../support/forgeries.ts'
import { requestWith, realIssuer } from './issuers.ts'

/** The characters that a header can carry: the rest never arrives. */
const isSendable = (token: string) => /^[\x20-\x7e]*$/.test(token)

it('refuses every forged token by itself, where no server is asked', async () => {
  const { options, server, client, issuer } = await realIssuer()
  const { kid: revokedKid } = decodeProtectedHeader(await server.token(client))
  await server.adminOk('DELETE', `/signing-keys/${revokedKid}`)
  const pending = await server.adminOk('POST', '/signing-keys', {})
  const token = await server.token(client)
  const { keys } = await (await server.send('/.well-known/jwks.json')).json<{
    keys: Loot['jwk'][]
  }>()
  const jwk = keys.find((key) => key.kid === decodeProtectedHeader(token).kid)!
  const loot = {
    token,
    jwk,
    issuer,
    second: await server.token(client),
    revokedKid: String(revokedKid),
    pendingKid: String(pending['kid']),
    otherClient: 'other',
  }
  const edge = { ...options, maxStaleness: 60, denylist: env.DENYLIST }
  expect(await verifyRequest(requestWith(token), edge)).not.toBeInstanceOf(Response)
  const forged = (await forgeries(loot)).filter(
    (one) => one.token !== token && isSendable(one.token),
  )
  expect(forged.length).toBeGreaterThan(300)
  const passed: string[] = []
  for (const forgery of forged) {
    const answer = await verifyRequest(requestWith(forgery.token), edge)
    if (!(answer instanceof Response)) passed.push(forgery.kind)
    else expect([forgery.kind, answer.status]).toEqual([forgery.kind, 401])
  }
  expect(passed).toEqual([])
})
