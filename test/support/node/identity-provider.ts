import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { Provider } from 'oidc-provider'

export const CLIENT_ID = 'portcullis-console'
export const CLIENT_SECRET = 'the secret of the console: 50% of it + the rest'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** The accounts that can sign in there: by their login, their claims. */
type Account = { email: string; email_verified: boolean; groups?: string[] }
const ACCOUNTS: Record<string, Account> = {
  ada: { email: 'ada@example.com', email_verified: true },
  bob: { email: 'bob@example.com', email_verified: true },
  eve: { email: 'eve@example.com', email_verified: true },
  ina: { email: 'ina@example.com', email_verified: true, groups: ['staff', 'portcullis'] },
  mallory: { email: 'ada@example.com', email_verified: false },
}

/** A real OpenID provider on loopback; `serve` configures it, once it is known whom it serves. */
export async function runIdentityProvider() {
  let handler: Handler | null = null
  let tokenAnswer: (() => Promise<unknown>) | null = null
  const server = createServer((request, response) => {
    if (!handler) return void request.socket.destroy()
    if (tokenAnswer && request.url === '/token') return void answerWith(response, tokenAnswer)
    return handler(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const pair = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(pair.privateKey)), kid: 'first', alg: 'RS256', use: 'sig' }

  /** `inIdToken`: the address is in the ID token, and not at the userinfo endpoint alone. */
  function serve(console: string, inIdToken: boolean): void {
    const redirect = `${console}/console/sign-in/oidc/callback`
    const provider = new Provider(issuer, {
      clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [redirect] }],
      jwks: { keys: [jwk] },
      cookies: { keys: ['of-the-tests'] },
      claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
      conformIdTokenClaims: !inIdToken,
      findAccount: (_context: unknown, id: string) =>
        ACCOUNTS[id] && { accountId: id, claims: async () => ({ sub: id, ...ACCOUNTS[id] }) },
    })
    handler = provider.callback()
  }

  return {
    issuer,
    serve,
    /** Puts a person into other groups, from their next sign-in on. */
    regroup: (login: string, groups: string[]) => {
      const account = ACCOUNTS[login]
      if (account) account.groups = groups
    },
    stop: () => void (handler = null),
    close: () => new Promise((resolve) => server.close(resolve)),
    /** Changes the claims of the token endpoint's answer; null for the truth. */
    lie: (claims: ((now: number) => JWTPayload) | null) => {
      tokenAnswer = claims && (async () => lyingAnswer(claims))
    },
  }

  async function lyingAnswer(claims: (now: number) => JWTPayload) {
    const now = Math.floor(Date.now() / 1000)
    const truth = { iss: issuer, aud: CLIENT_ID, sub: 'ada', ...ACCOUNTS['ada'] }
    const id_token = await new SignJWT({ ...truth, iat: now, exp: now + 60, ...claims(now) })
      .setProtectedHeader({ alg: 'RS256', kid: 'first' })
      .sign(pair.privateKey)
    return { access_token: 'a', token_type: 'Bearer', id_token }
  }
}

async function answerWith(response: ServerResponse, body: () => Promise<unknown>): Promise<void> {
  const text = JSON.stringify(await body())
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(text)
}
