import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { vi } from 'vitest'
import { testServer } from './server.ts'

export const ADDRESS = 'ada@example.com'
const CLIENT_ID = 'portcullis-console'
let providers = 0

/** A fake OpenID provider, which can lie in every way; the real one is in test/e2e. */
export async function openIdProvider(vars: Record<string, string> = {}) {
  // A provider's metadata is remembered by issuer.
  const issuer = vars['OIDC_ISSUER'] ?? `https://id-${++providers}.example`
  const pair = await generateKeyPair('RS256', { extractable: true })
  const keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'first', alg: 'RS256', use: 'sig' }]
  const env = {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: CLIENT_ID,
    OIDC_CLIENT_SECRET: 'a secret: with/odd+characters',
    ADMINISTRATORS: ADDRESS,
  }
  const server = testServer({ env: { ...env, ...vars } })
  const provider = {
    issuer,
    /** Changes to the ID token, to the token endpoint's answer, to the metadata. */
    claims: {} as Record<string, unknown>,
    key: pair.privateKey as CryptoKey | Uint8Array,
    header: {} as Record<string, string>,
    tokenType: 'Bearer',
    tokenAnswer: null as (() => Response) | null,
    metadata: {} as Record<string, unknown>,
    userInfo: null as Record<string, unknown> | null,
    /** The pages of it that cannot be reached. */
    down: new Set<string>(),
    asked: [] as Request[],
    nonce: '',
  }

  async function idToken(): Promise<string> {
    const { now } = server.clock
    const who = { sub: 'ada', email: ADDRESS, email_verified: true, nonce: provider.nonce }
    const times = { iat: now, exp: now + 300 }
    return new SignJWT({ iss: issuer, aud: CLIENT_ID, ...who, ...times, ...provider.claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'first', ...provider.header })
      .sign(provider.key)
  }

  async function answer(path: string): Promise<Response> {
    if (path === '/.well-known/openid-configuration') {
      return Response.json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
        authorization_response_iss_parameter_supported: true,
        ...provider.metadata,
      })
    }
    if (path === '/keys') return Response.json({ keys })
    if (path === '/userinfo') return Response.json(provider.userInfo)
    if (provider.tokenAnswer) return provider.tokenAnswer()
    const { tokenType: token_type } = provider
    return Response.json({ access_token: 'theirs', token_type, id_token: await idToken() })
  }

  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init)
    provider.asked.push(request.clone())
    const { origin, pathname } = new URL(request.url)
    if (origin !== issuer) throw new TypeError(`no such host: ${origin}`)
    if (provider.down.has(pathname)) throw new Error('Network connection lost.')
    return answer(pathname)
  })

  /** The first half: where the browser is sent, and the cookie that it keeps. */
  async function start(query = '') {
    const path = `/console/sign-in/oidc${query}`
    const response = await server.send(path, { redirect: 'manual' })
    const location = response.headers.get('location') ?? ''
    const url = URL.canParse(location) ? new URL(location) : null
    provider.nonce = url?.searchParams.get('nonce') ?? ''
    const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    return { response, url, cookie, state: url?.searchParams.get('state') ?? '' }
  }

  /** The second: what the browser brings back. */
  function finish(cookie: string, query: Record<string, string>): Promise<Response> {
    const text = new URLSearchParams({ iss: issuer, ...query }).toString()
    return server.send(`/console/sign-in/oidc/callback?${text}`, {
      headers: { Cookie: cookie },
      redirect: 'manual',
    })
  }

  async function signIn(query = ''): Promise<Response> {
    const { cookie, state } = await start(query)
    return finish(cookie, { state, code: 'theirs' })
  }

  return { server, provider, keys, pair, start, finish, signIn }
}

/** The session that an answer opened; null for none. */
export function sessionIn(response: Response): string | null {
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '')
  return cookies.find((cookie) => /^__Host-portcullis=./.test(cookie)) ?? null
}
