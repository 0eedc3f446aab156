import { PUBLIC_JWK } from '../../support/client-keys.ts'
import type { Json } from '../../support/server.ts'

/**
 * The body sent to a creating route, and its result: `table` has a row more, and the log an event.
 */
export type Creation = {
  path: (ids: Ids) => string
  body: Json
  other: Json
  table: string
  action: string
  /** The field of the answer that is shown once. */
  secret?: true
  makes?: number
}

export type Ids = { client: string }

export const CREATIONS: Record<string, Creation> = {
  clients: {
    path: () => '/clients',
    body: { client_name: 'Export' },
    other: { client_name: 'Import' },
    table: 'clients',
    action: 'client.created',
    secret: true,
  },
  duplicates: {
    path: ({ client }) => `/clients/${client}/duplicates`,
    body: {},
    other: { client_name: 'Import' },
    table: 'clients',
    action: 'client.created',
    secret: true,
  },
  'clients that can have no secret': {
    path: () => '/clients',
    body: { client_name: 'Financial', profile: 'fapi2' },
    other: { client_name: 'Others', profile: 'fapi2' },
    table: 'clients',
    action: 'client.created',
  },
  'clients without a secret': {
    path: () => '/clients',
    body: { client_name: 'Keyed', secret: null },
    other: { client_name: 'Others', secret: null },
    table: 'clients',
    action: 'client.created',
  },
  keys: {
    path: ({ client }) => `/clients/${client}/keys`,
    body: { jwk: PUBLIC_JWK },
    other: { jwk: PUBLIC_JWK, label: 'Another' },
    table: 'secrets',
    action: 'public_key.created',
  },
  certificates: {
    path: ({ client }) => `/clients/${client}/certificates`,
    body: { san_dns: 'a.example' },
    other: { san_dns: 'b.example' },
    table: 'secrets',
    action: 'certificate.created',
  },
  secrets: {
    path: ({ client }) => `/clients/${client}/secrets`,
    body: { retire_others_in: 60 },
    other: { retire_others_in: 61 },
    table: 'secrets',
    action: 'secret.created',
    secret: true,
  },
  apis: {
    path: () => '/apis',
    body: { audience: 'https://new.example', name: 'New', permissions: [] },
    other: { audience: 'https://other.example', name: 'New', permissions: [] },
    table: 'apis',
    action: 'api.created',
  },
  roles: {
    path: () => '/roles',
    body: { name: 'Reader', permissions: [] },
    other: { name: 'Writer', permissions: [] },
    table: 'roles',
    action: 'role.created',
  },
  administrators: {
    path: () => '/administrators',
    body: { email: 'ada@example.com', access: 'view' },
    other: { email: 'ada@example.com', access: 'manage' },
    table: 'administrators',
    action: 'administrator.created',
  },
  'signing-keys': {
    path: () => '/signing-keys',
    body: {},
    other: {},
    table: 'signing_keys',
    action: 'signing_key.created',
    // The first signs, and has a standby beside it.
    makes: 2,
  },
}
