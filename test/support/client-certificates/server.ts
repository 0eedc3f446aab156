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
