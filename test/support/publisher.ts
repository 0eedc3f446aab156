import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { vi } from 'vitest'
import { ISSUER, type TestServer } from './server.ts'

let publishers = 0

type Signing = {
  kid?: string | undefined
  jti?: string | undefined
  alg?: string
  claims?: Record<string, unknown>
}

/** Somebody who publishes public keys and signs assertions; it may be down, or lie. */
export async function publisher(alg = 'ES256') {
  // The keys of one are remembered for the isolate's life.
  const jwksUri = `https://publisher-${++publishers}.example/jwks.json`
  const published = {
    jwksUri,
    keys: [] as JWK[],
    isDown: false,
    fetches: 0,
    answer: null as (() => Response) | null,
  }
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    const url = input instanceof Request ? input.url : input.toString()
    if (url !== jwksUri) throw new TypeError(`no such host: ${url}`)
    published.fetches++
    if (published.isDown) throw new Error('Network connection lost.')
    return (
      published.answer?.() ??
      Response.json({ keys: published.keys }, { headers: { 'Cache-Control': 'max-age=300' } })
    )
  })

  /** A key pair whose public key is published under a name. */
  async function publish(kid: string, fields: JWK = {}) {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
    published.keys.push({ ...(await exportJWK(publicKey)), kid, use: 'sig', ...fields })
    const sign = (server: TestServer, clientId: string, how: Signing = {}) => {
      const { now } = server.clock
      const claims = { iss: clientId, sub: clientId, aud: ISSUER, iat: now, exp: now + 60 }
      const header = { alg: how.alg ?? alg, ...('kid' in how ? how : { kid }) }
      return new SignJWT({ ...claims, jti: how.jti ?? crypto.randomUUID(), ...how.claims })
        .setProtectedHeader({ alg: header.alg, ...(header.kid ? { kid: header.kid } : {}) })
        .sign(privateKey)
    }
    return { kid, sign }
  }

  return { published, publish }
}

/** A token request with an assertion. */
export function tokenBy(server: TestServer, assertion: string): Promise<Response> {
  return server.form('/oauth/token', {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  })
}
