import { env } from 'cloudflare:workers'
import { decodeProtectedHeader } from 'jose'
import { verifyRequest } from '../../src/guard/index.ts'
import type { Loot } from '../support/forged-signatures.ts'
import {
  API,
  type Client,
  type Json,
  type TestServer,
  testServer,
  type TestServerOptions,
} from '../support/server.ts'
import { buildServer } from '../world/build.ts'

export const NOON = Date.UTC(2026, 10, 22, 12) / 1000
export const REPORTS = 'https://reports.example.com'

let deployments = 0

/**
 * A server with two APIs, what each of them introspects with, and a client with every right. Each has
 * an issuer of its own, because a guard remembers by it.
 */
export async function deployment(options: TestServerOptions = {}) {
  const issuer = options.issuer ?? `https://deployment-${++deployments}.example`
  const server = testServer({ now: NOON, ...options, issuer })
  await server.api(API, 'invoices:read invoices:write')
  await server.api(REPORTS, 'reports:read')
  return {
    issuer,
    server,
    client: await server.client({ [API]: 'invoices:read', [REPORTS]: 'reports:read' }),
    invoices: await server.client({ [API]: 'tokens:introspect' }),
    reports: await server.client({ [REPORTS]: 'tokens:introspect' }),
    observer: await server.client({ [issuer]: 'tokens:introspect' }),
    powerful: await server.client({
      [issuer]: 'clients:manage audit:read tokens:introspect',
      [API]: 'invoices:read',
    }),
  }
}

export type Deployment = Awaited<ReturnType<typeof deployment>>

/** The request of a Worker in the same account through a service binding, on the file's D1. */
export async function overBinding({ issuer, server }: Deployment, token: string): Promise<boolean> {
  const auth = buildServer({ issuer, now: () => server.clock.now })
  return (await auth.introspect(token, { ...env })).active
}

/** Whether a guarded API lets a request pass: as it is sent, or with this token. */
export async function passesGuard(
  { issuer, server, invoices }: Deployment,
  sent: Request | { token: string },
  { audience = API, asks = false }: { audience?: string; asks?: boolean } = {},
): Promise<boolean> {
  const request =
    sent instanceof Request
      ? sent
      : new Request(audience, { headers: { Authorization: `Bearer ${sent.token}` } })
  const options = {
    issuer,
    audience,
    fetcher: {
      fetch: (url: string, init?: RequestInit) => server.send(new URL(url).pathname, init),
    },
    now: () => server.clock.now,
  }
  const how = asks
    ? { ...options, clientId: invoices.id, clientSecret: invoices.secret }
    : { ...options, maxStaleness: 60, denylist: env.DENYLIST }
  return !((await verifyRequest(request, how)) instanceof Response)
}

/** Everything that a forger gets hold of. */
export async function lootOf({ issuer, server, client }: Deployment): Promise<Loot> {
  const { kid: revokedKid } = decodeProtectedHeader(await server.token(client))
  await server.adminOk('DELETE', `/signing-keys/${revokedKid}`)
  const pending = await server.adminOk('POST', '/signing-keys', {})
  const [token, second] = [await server.token(client), await server.token(client)]
  const { keys } = await (await server.send('/.well-known/jwks.json')).json<{
    keys: Loot['jwk'][]
  }>()
  const jwk = keys.find((key) => key.kid === decodeProtectedHeader(token).kid)
  if (!jwk) throw new Error('the key of the token is not published')
  return {
    token,
    second,
    jwk,
    revokedKid: String(revokedKid),
    pendingKid: String(pending['kid']),
    issuer,
    otherClient: 'other',
  }
}

/** The doors that accept a token: introspection, this API, the service binding, a guarded API. */
export async function doorsOpenTo(all: Deployment, token: string): Promise<string[]> {
  const { server, observer } = all
  const headers = { Authorization: `Bearer ${token}` }
  const asked: [string, boolean][] = [
    ['introspection', (await server.introspect(token, observer))['active'] === true],
    ['admin', (await server.send('/admin/v1/clients', { headers })).status === 200],
    ['health', (await server.send('/health', { headers })).status === 200],
    ['service binding', await overBinding(all, token)],
    ['guard by denylist', await passesGuard(all, { token })],
    ['guard that asks', await passesGuard(all, { token }, { asks: true })],
  ]
  return asked.filter(([, isOpen]) => isOpen).map(([door]) => door)
}

export const errorOf = async (response: Response) => [
  response.status,
  (await response.json<Json>())['error'],
]

/** A client's second secret. */
export async function secretOf(server: TestServer, client: Client): Promise<Client> {
  const made = await server.adminOk('POST', `/clients/${client.id}/secrets`, {})
  return { ...client, secret: String(made['client_secret']) }
}
