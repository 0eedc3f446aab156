import { env } from 'cloudflare:workers'
import { PUBLIC_JWK } from '../../support/client-keys.ts'
import { API, type Json, type TestServer } from '../../support/server.ts'

/**
 * A kind of resource as somebody who declares their infrastructure sees it: the values that they
 * write down, others to change to, and where the server has it.
 */
export type Kind = {
  /** The collection, below a client where it is one of a client. */
  path: (ids: Ids) => string
  id: string
  config: (ids: Ids) => Json
  /** The values that change; null where a change means another resource. */
  change: Json | null
  /** Lists without an order: read in the server's own. */
  sets?: string[]
  /** Fields that the answers do not have by this name. */
  readAs?: Record<string, (read: Json) => unknown>
}

export type Ids = { client: string; issuer: string; role: string }

const READ = { audience: API, permission: 'invoices:read' }
const WRITE = { audience: API, permission: 'invoices:write' }

/** The last day is written, and its end is read. */
const expires_on = ({ expires_at }: Json) => String(expires_at).replace(/T23:59:59Z$/, '')

export const KINDS: Record<string, Kind> = {
  client: {
    path: () => '/clients',
    id: 'client_id',
    config: ({ role }) => ({
      client_name: 'Nightly export',
      description: 'One\nTwo',
      access_token_lifetime: 600,
      allow_self_rotation: true,
      tags: ['env:prod', 'a'],
      assertion_audience: 'issuer_or_token_endpoint',
      profile: null,
      require_dpop: true,
      tls_client_certificate_bound_access_tokens: false,
      jwks_uri: 'https://keys.example.com/jwks.json',
      roles: [role],
      permissions: [WRITE, READ],
    }),
    change: {
      client_name: 'Hourly export',
      description: '',
      access_token_lifetime: 60,
      allow_self_rotation: false,
      tags: [],
      assertion_audience: 'issuer',
      require_dpop: false,
      jwks_uri: null,
    },
    sets: ['permissions'],
  },
  api: {
    path: () => '/apis',
    id: 'api_id',
    config: () => ({
      audience: 'https://declared.example',
      name: 'Declared',
      permissions: [
        { permission: 'z', description: 'Last\nof all', group: 'Group' },
        { permission: 'a/b' },
      ],
    }),
    change: {
      audience: 'orders-api',
      name: 'Orders',
      permissions: [{ permission: 'a/b', group: 'G' }, { permission: 'z' }],
    },
  },
  role: {
    path: () => '/roles',
    id: 'role_id',
    config: () => ({ name: 'Clerk', description: 'Reads', permissions: [WRITE, READ] }),
    change: { name: 'Reader', description: '', permissions: [READ] },
    sets: ['permissions'],
  },
  administrator: {
    path: () => '/administrators',
    id: 'administrator_id',
    config: () => ({ email: 'ada@example.com', access: 'view' }),
    change: { email: 'grace@example.com', access: 'manage' },
  },
  issuer: {
    path: () => '/issuers',
    id: 'issuer_id',
    config: () => ({
      issuer: 'https://declared-ci.example',
      preset: 'custom',
      name: 'CI',
      jwks_uri: 'https://declared-ci.example/keys',
      algorithms: ['ES256', 'RS256'],
      audiences: ['https://auth.example', 'other'],
      max_lifetime: 600,
      check_jti: true,
    }),
    change: {
      name: 'Other CI',
      jwks_uri: 'https://declared-ci.example/other-keys',
      algorithms: ['ES256'],
      audiences: [],
      max_lifetime: 60,
      check_jti: false,
    },
  },
  key: {
    path: ({ client }) => `/clients/${client}/keys`,
    id: 'key_id',
    config: () => ({
      jwk: PUBLIC_JWK,
      algorithm: 'ES256',
      label: 'CI',
      expires_on: '2027-01-31',
      remind: false,
      replay: 'until_exp',
    }),
    change: null,
    readAs: { expires_on },
  },
  rule: {
    path: ({ client }) => `/clients/${client}/federated-credentials`,
    id: 'credential_id',
    config: ({ issuer }) => ({
      issuer_id: issuer,
      subject: 'repo:acme/export',
      claims: { environment: 'production', protected: true, run: 7 },
      token_lifetime: 300,
      label: 'CI',
      expires_on: '2027-01-31',
      remind: false,
    }),
    change: null,
    readAs: { expires_on },
  },
  certificate: {
    path: ({ client }) => `/clients/${client}/certificates`,
    id: 'certificate_id',
    config: () => ({
      san_dns: 'export.example.com',
      label: 'Mesh',
      expires_on: '2027-01-31',
      remind: false,
    }),
    change: null,
    readAs: { expires_on },
  },
  secret: {
    path: ({ client }) => `/clients/${client}/secrets`,
    id: 'secret_id',
    config: () => ({ expires_on: '2027-01-31', remind: false, label: 'Vault' }),
    change: { expires_on: '2027-02-28', label: 'Other vault' },
    readAs: { expires_on },
  },
}

/** The fields in which what is there differs from what was written down: what a plan would show. */
export function drift(kind: Kind, wanted: Json, read: Json): string[] {
  return Object.keys(wanted).filter((field) => {
    const found = kind.readAs?.[field]?.(read) ?? read[field]
    return textOf(kind, field, found) !== textOf(kind, field, wanted[field])
  })
}

function textOf({ sets = [] }: Kind, field: string, value: unknown): string {
  if (!sets.includes(field) || !Array.isArray(value)) return canonical(value)
  return JSON.stringify(value.map(canonical).sort())
}

/** Without the order of the fields of objects, which JSON does not have. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

type Sent = { body?: Json | undefined; key?: string; tag?: string | undefined }

/** Sends a request as such a tool does: again after a lost answer, and after 429 and 503. */
export async function ask(
  server: TestServer,
  method: string,
  path: string,
  { body, key, tag }: Sent = {},
): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    const response = await server.send(`/admin/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}`,
        'Content-Type': 'application/json',
        ...(key !== undefined && { 'Idempotency-Key': key }),
        ...(tag !== undefined && { 'If-Match': tag }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const wait = response.headers.get('retry-after')
    if (wait === null || attempt === 5) return response
    server.clock.now += Number(wait)
  }
}
