import { API, type Client, type Json, type TestServer, testServer } from '../server.ts'
import { type CertificateOf, derOf, pemOf, SELF_SIGNED, tlsOf } from './presented.ts'

export const NOON = Date.UTC(2026, 10, 22, 12) / 1000

/** A server whose own host asks for certificates, and a client with two: one by name, one exact. */
export async function startedWithCertificates(options: Parameters<typeof testServer>[0] = {}) {
  const server = testServer({ now: NOON, mtlsHost: 'auth.example', ...options })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' }, { secret: null })
  const byName = await addCertificate(server, client, { san_dns: 'exports.example.com' })
  const exact = await addCertificate(server, client, { pem: pemOf('self') })
  return { server, client, byName, exact }
}

/** Its id. */
export async function addCertificate(server: TestServer, { id }: Client, fields: Json) {
  const made = await server.adminOk('POST', `/clients/${id}/certificates`, fields)
  return String(made['certificate_id'])
}

/** A connection with a certificate as Cloudflare reports it; self-signed ones are of no known CA. */
export const withCertificate = (name: CertificateOf) =>
  tlsOf(derOf(name), name === 'self' || name === 'expired' ? SELF_SIGNED : 'SUCCESS')

type Sent = {
  cf?: RequestInit['cf']
  headers?: Record<string, string>
  form?: Record<string, string>
}

/** A token request that carries a client id, and what is given. */
export function ask(server: TestServer, { id }: Pick<Client, 'id'>, sent: Sent = {}) {
  const form = { grant_type: 'client_credentials', client_id: id, ...sent.form }
  return server.send('/oauth/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...sent.headers },
    body: new URLSearchParams(form).toString(),
    ...(sent.cf ? { cf: sent.cf } : {}),
  })
}

export const PROXY_SECRET = 'a-secret-of-the-proxy-0123456789ab'

/** A server behind a proxy that reports certificates. */
export const PROXY = {
  env: { CLIENT_CERTIFICATE_PROXY_SECRET: PROXY_SECRET },
  mtlsHost: undefined,
}

export type ToldFields = { secret?: string; certificate?: string; verified?: string }

/** The headers that the proxy adds to a request. */
export function toldByProxy(name: CertificateOf, fields: ToldFields = {}): Record<string, string> {
  const verified = name === 'self' ? SELF_SIGNED : 'SUCCESS'
  return {
    'Client-Cert-Proxy-Secret': fields.secret ?? PROXY_SECRET,
    'Client-Cert': fields.certificate ?? `:${derOf(name)}:`,
    'Client-Cert-Verified': fields.verified ?? verified,
  }
}
