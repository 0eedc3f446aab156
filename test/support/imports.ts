import { env } from 'cloudflare:workers'
import { API, type Client, type Json, type TestServer } from './server.ts'

/** A secret as Auth0 makes them. */
export const TEXT = 'k7Qm2Zt9Xw4Rb1Lf8Vc3Nd6HsP5yGa0uJe_TiMo-WqDxEzKvBnYrCgSlUhFjAp3O'
export const ID = 'aUtH0cLiEnT-1.orders@acme'

/** A secret and its hash as Ory Hydra keeps it, made by OpenSSL through Python's hashlib. */
export const HASHED = {
  text: 'hydra-client-secret-1',
  hash: '$pbkdf2-sha256$i=25000,l=32$MDEyMzQ1Njc4OWFiY2RlZg$YH2NJzrh+AsFL10LOzu1IQJuIsLdWbelRlVHSrEdMvM',
}

export const imported = (fields: Json = {}): Json => ({
  client_id: ID,
  client_name: 'Nightly orders',
  permissions: [{ audience: API, permission: 'invoices:read' }],
  secret: { text: TEXT },
  ...fields,
})

type Sent = { key?: string; by?: string }

export const bring = (
  server: TestServer,
  clients: Json[],
  { key, by = env.BOOTSTRAP_TOKEN }: Sent = {},
) =>
  server.send('/admin/v1/client-imports', {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${by}`,
      'Content-Type': 'application/json',
      ...(key !== undefined && { 'Idempotency-Key': key }),
    },
    body: JSON.stringify({ clients }),
  })

/** Imports one client, and gives its credentials as it has them. */
export async function importedClient(
  server: TestServer,
  fields: Json = {},
  secret = TEXT,
): Promise<Client> {
  const sent = imported(fields)
  const response = await bring(server, [sent])
  const body = await response.json<Json>()
  if (body['results']?.[0]?.outcome !== 'created') throw new Error(JSON.stringify(body))
  return { id: String(sent['client_id']), secret, body: sent }
}

export const hashedClient = (server: TestServer, id = ID) =>
  importedClient(server, { client_id: id, secret: { hash: HASHED.hash } }, HASHED.text)

export async function storedSecret(id: string): Promise<Json | null> {
  const found = env.DB.prepare('SELECT * FROM portcullis_secrets WHERE client_id = ?').bind(id)
  return found.first<Json>()
}
