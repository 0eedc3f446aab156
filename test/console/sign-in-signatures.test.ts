import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Forgery } from '../support/forged-signatures.ts'
import { forgeries } from '../support/forgeries.ts'
import { ADDRESS, openIdProvider, sessionIn } from '../support/provider.ts'

let log: ReturnType<typeof vi.spyOn>
beforeEach(() => {
  log = vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

const MOST_A_MINUTE = 90
const SPELLINGS = new Set(['non-canonical last character', 'padding', 'whitespace within'])

type World = Awaited<ReturnType<typeof openIdProvider>>

/** A provider that signs with this algorithm, and lists it in its metadata if `isOffered`. */
async function signingBy(alg: string, isOffered: boolean): Promise<World> {
  const world = await openIdProvider()
  const { publicKey, privateKey: key } = await generateKeyPair(alg, { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'second', use: 'sig' }
  world.keys.push({ ...jwk, alg })
  const offered = isOffered ? ['RS256', alg] : ['RS256']
  const metadata = { id_token_signing_alg_values_supported: offered }
  Object.assign(world.provider, { key, header: { alg, kid: 'second' }, metadata })
  return world
}

describe('an ID token', () => {
  it.each(['RS512', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'])(
    'may be signed by %s where the provider offers it, and not where it does not',
    async (alg) => {
      expect(sessionIn(await (await signingBy(alg, true)).signIn())).not.toBeNull()
      expect((await (await signingBy(alg, false)).signIn()).status).toBe(401)
    },
  )

  it('is signed by RS256 where the provider says nothing of algorithms', async () => {
    const silent = { id_token_signing_alg_values_supported: undefined }
    const { provider, signIn } = await openIdProvider()
    provider.metadata = silent
    expect(sessionIn(await signIn())).not.toBeNull()
    const other = await signingBy('ES256', false)
    other.provider.metadata = silent
    expect((await other.signIn()).status).toBe(401)
  })

  it('is no HMAC with what strangers know or we share, though the provider offers HMAC', async () => {
    const world = await openIdProvider()
    const { provider, pair, server } = world
    provider.metadata = { id_token_signing_alg_values_supported: ['HS256', 'none', 'RS256'] }
    provider.header = { alg: 'HS256' }
    const secrets = [await exportSPKI(pair.publicKey), server.bindings.OIDC_CLIENT_SECRET ?? '']
    for (const secret of secrets) {
      provider.key = new TextEncoder().encode(secret)
      expect((await world.signIn()).status).toBe(401)
    }
  })

  it('is none of hundreds that were forged of a good one', async () => {
    const { server, provider, keys, start, finish } = await signingBy('ES256', true)
    const { cookie, state } = await start()
    const { issuer, nonce } = provider
    const { now } = server.clock
    const claims = { iss: issuer, aud: 'portcullis-console', iat: now, exp: now + 3600, nonce }
    const signed = (jti: string) =>
      new SignJWT({ ...claims, sub: 'ada', email: ADDRESS, email_verified: true, jti })
        .setProtectedHeader({ alg: 'ES256', kid: 'second' })
        .sign(provider.key)
    const [token, second] = [await signed('first'), await signed('second')]
    const others = { revokedKid: 'old', pendingKid: 'next', otherClient: 'other' }
    const loot = { token, second, jwk: keys[1]!, issuer, ...others }
    const offered = ['RS256', 'ES256', 'PS256', 'HS256', 'EdDSA', 'none']
    provider.metadata = { id_token_signing_alg_values_supported: offered }
    const answerWith = async (id_token: string) => {
      const body = { access_token: 'theirs', token_type: 'Bearer', id_token }
      provider.tokenAnswer = () => Response.json(body)
      return finish(cookie, { state, code: 'theirs' })
    }
    const signedPart = token.slice(0, token.lastIndexOf('.') + 1)
    // Another spelling of the same signature is valid: ID tokens are not looked up by their text.
    const isSame = ({ kind, token: text }: Forgery) =>
      text === token || (text.startsWith(signedPart) && SPELLINGS.has(kind))
    const forged = (await forgeries(loot)).filter((one) => !isSame(one))
    expect(forged.length).toBeGreaterThan(300)
    const passed: string[] = []
    for (const [i, forgery] of forged.entries()) {
      // Failures are counted per minute.
      if (i % MOST_A_MINUTE === 0) server.clock.now += 60
      const response = await answerWith(forgery.token)
      if (sessionIn(response) !== null) passed.push(forgery.kind)
      else expect([forgery.kind, response.status]).toEqual([forgery.kind, 401])
    }
    expect(passed).toEqual([])
    expect(sessionIn(await answerWith(token))).not.toBeNull()
  })
})

describe('the log', () => {
  it('tells the operator what the provider says, and what is wrong with what it gave', async () => {
    const { provider, signIn } = await openIdProvider()
    provider.tokenAnswer = () => Response.json({ error: 'invalid_client' }, { status: 401 })
    await signIn()
    expect(log.mock.calls.flat().join()).toContain('(it says invalid_client)')
    provider.tokenAnswer = null
    provider.claims = { nonce: 'another' }
    await signIn()
    expect(log.mock.calls.flat().join()).toContain('(unexpected ID Token \\"nonce\\" claim value)')
  })
})
