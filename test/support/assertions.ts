import { env } from 'cloudflare:workers'
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose'
import { vi } from 'vitest'
import { testServer, type TestServer } from './server.ts'

export const AUDIENCE = 'b0d6a5f5c9a6e0d5f3a1b2c3d4e5f60718293a4b5c6d7e8f9a0b1c2d3e4f5061'
export const ADDRESS = 'ada@example.com'

let teams = 0

type Forged = {
  claims?: Record<string, unknown>
  header?: { alg?: string; kid?: string }
  key?: CryptoKey | Uint8Array
}

/** A team of Cloudflare Access with a key set of its own, in front of a server. */
export async function accessTeam(vars: Record<string, string> = {}) {
  // Keys are remembered by team for the isolate's life.
  const team = `team-${++teams}`
  const issuer = `https://${team}.cloudflareaccess.com`
  const pair = await generateKeyPair('RS256', { extractable: true })
  const keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'first', alg: 'RS256', use: 'sig' }]
  const certs = { mode: 'up' as 'up' | 'refuses' | 'is down' | 'talks nonsense', fetches: 0, keys }
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    const url = input instanceof Request ? input.url : String(input)
    if (url !== `${issuer}/cdn-cgi/access/certs`) throw new TypeError(`no such host: ${url}`)
    certs.fetches++
    if (certs.mode === 'is down') throw new Error('Network connection lost.')
    if (certs.mode === 'refuses') return new Response('', { status: 502 })
    return Response.json(certs.mode === 'talks nonsense' ? { keys: 7 } : { keys: certs.keys })
  })
  const server = testServer({
    env: { ACCESS_TEAM_DOMAIN: team, ACCESS_AUD: AUDIENCE, ADMINISTRATORS: ADDRESS, ...vars },
  })

  /** Access's assertion about a person, with any part of it forged. */
  async function assertion({ claims = {}, header = {}, key = pair.privateKey }: Forged = {}) {
    const { now } = server.clock
    const all = { iss: issuer, aud: [AUDIENCE], email: ADDRESS, sub: 'ada', type: 'app' }
    const times = { iat: now, nbf: now, exp: now + 600 }
    return new SignJWT({ ...all, ...times, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'first', ...header })
      .sign(key)
  }

  const publicKeyAsSecret = async () => new TextEncoder().encode(await exportSPKI(pair.publicKey))
  return { server, issuer, certs, pair, assertion, publicKeyAsSecret }
}

export function getWith(
  server: TestServer,
  path: string,
  headers: { assertion?: string | undefined; cookie?: string | undefined },
  access?: ExecutionContext['access'],
): Promise<Response> {
  const all = new Headers()
  if (headers.assertion !== undefined) all.set('Cf-Access-Jwt-Assertion', headers.assertion)
  if (headers.cookie !== undefined) all.set('Cookie', headers.cookie)
  return server.send(`/console${path}`, { headers: all, redirect: 'manual' }, access)
}

export function cookieOf(response: Response): string {
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

/** The answer to a client without credentials: where to sign in. */
export function isTurnedAway(response: Response): boolean {
  const target = response.headers.get('location') ?? ''
  return response.status === 303 && target.startsWith('/console/sign-in')
}

export const BOOTSTRAP_TOKEN = env.BOOTSTRAP_TOKEN ?? ''
