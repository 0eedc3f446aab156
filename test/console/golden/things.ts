import { pemOf } from '../../support/client-certificates/presented.ts'
import { PUBLIC_JWK } from '../../support/client-keys.ts'
import type { Json } from '../../support/server.ts'
import { dayAfter, type Scene } from './scene.ts'

export const AUDIENCE = 'https://billing.example.com'
const PERMISSIONS = [
  { permission: 'invoices:read', group: 'Invoices', description: 'Read invoices' },
  { permission: 'invoices:write', group: 'Invoices', description: 'Write <invoices>' },
  { permission: 'reports:read' },
]
export const READING = [{ audience: AUDIENCE, permission: 'invoices:read' }]

/** An API, and a role with one of its permissions. */
export async function catalogueOf({ make }: Pick<Scene, 'make'>) {
  const api = await make('/apis', { audience: AUDIENCE, name: 'Billing', permissions: PERMISSIONS })
  await make('/apis', { audience: 'https://mail.example.com', name: 'Mail', permissions: [] })
  const role = await make('/roles', { name: 'Reader', permissions: READING })
  return { api: String(api['api_id']), role: String(role['role_id']) }
}

/** A client with one and more of everything, and the catalogue that it needs. */
export async function furnished({ make }: Pick<Scene, 'make'>) {
  const ids = await catalogueOf({ make })
  const body = await make('/clients', {
    client_name: 'Nightly export מיכאל',
    description: 'Fetches invoices at night.\nAsk the billing team.',
    tags: ['env:prod', 'team:billing'],
    contacts: ['ops@example.com'],
    access_token_lifetime: 900,
    allow_self_rotation: true,
    secret: { expires_on: dayAfter(5), label: 'CI' },
    roles: [ids.role],
    permissions: [{ audience: AUDIENCE, permission: 'reports:read' }],
  })
  const client = String(body['client_id'])
  const held = await credentialsOf({ make }, client)
  const [first] = body['secrets'] as { secret_id: string }[]
  return {
    ...ids,
    ...held,
    client,
    first: String(first?.secret_id),
    secretText: String(body['client_secret']),
  }
}

async function credentialsOf({ make }: Pick<Scene, 'make'>, client: string) {
  const at = `/clients/${client}`
  const waiting = { activate: 'on_first_use', retire_others_in: 86_400, label: 'Next' }
  const secret = await make(`${at}/secrets`, waiting)
  const key = { jwk: PUBLIC_JWK, label: 'CI runner', expires_on: dayAfter(3) }
  const added = await make(`${at}/keys`, key)
  const pem = { pem: pemOf('self'), label: 'Export server' }
  const certificate = await make(`${at}/certificates`, pem)
  await make(`${at}/certificates`, {
    subject_dn: 'CN=nightly-export,OU=Invoices,O=Example GmbH,L=Hamburg,C=DE',
    expires_on: dayAfter(3),
  })
  const issuer = await gitHub({ make })
  const claims = { repository_id: '123456789', environment: 'production' }
  const rule = { issuer_id: issuer, claims, label: 'Deployment', expires_on: dayAfter(3) }
  const workload = await make(`${at}/federated-credentials`, rule)
  return {
    secret: String(secret['secret_id']),
    secondText: String(secret['client_secret']),
    key: String(added['key_id']),
    certificate: String(certificate['certificate_id']),
    rule: String(workload['credential_id']),
    issuer,
  }
}

async function gitHub({ make }: Pick<Scene, 'make'>): Promise<string> {
  const github = { issuer: 'https://token.actions.githubusercontent.com', preset: 'github' }
  return String((await make('/issuers', github))['issuer_id'])
}

/** Clients in every status, the names saying which. */
export async function clientsOf({ make, server }: Pick<Scene, 'make' | 'server'>) {
  const made = async (client_name: string, fields: Json = {}) =>
    String((await make('/clients', { client_name, ...fields }))['client_id'])
  const soon = await made('Ends soon', { secret: { expires_on: dayAfter(2) } })
  const active = await made('Active', { permissions: READING, tags: ['env:prod'] })
  const suspended = await made('Suspended', { permissions: READING })
  await server.adminOk('PUT', `/clients/${suspended}/suspension`, { reason: 'SEC-1: it leaked' })
  const without = await made('Without a credential', { secret: null })
  return { soon, active, suspended, without }
}
