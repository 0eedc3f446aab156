import { generateKeyPairSync } from 'node:crypto'
import type { RunningWorker } from '../support/node/harness.ts'

type Body = Record<string, unknown>

const dayIn = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

const AUDIENCE = 'https://billing.example.com'
const READ = { audience: AUDIENCE, permission: 'invoices:read' }

/** Makes nearly every kind of event happen at a running server. */
export async function everyKindOfEvent(worker: RunningWorker): Promise<void> {
  const admin = async (method: string, path: string, body?: unknown): Promise<Body> =>
    worker.admin(method, path, body)
  const api = await admin('POST', '/apis', {
    audience: AUDIENCE,
    name: 'Billing',
    permissions: [{ permission: 'invoices:read' }],
  })
  await admin('PATCH', `/apis/${String(api['api_id'])}`, { name: 'Invoices' })
  const role = await admin('POST', '/roles', { name: 'Reader', permissions: [READ] })
  await admin('PATCH', `/roles/${String(role['role_id'])}`, { name: 'Reads invoices' })
  const { administrator_id: person } = await admin('POST', '/administrators', {
    email: 'ada@example.com',
    access: 'manage',
  })
  await admin('PATCH', `/administrators/${String(person)}`, { access: 'view' })
  await admin('PATCH', `/administrators/${String(person)}`, { access: 'manage' })
  await aClient(worker, String(role['role_id']))
  await admin('DELETE', `/roles/${String(role['role_id'])}`)
  await admin('DELETE', `/apis/${String(api['api_id'])}`)
  await signingKeys(worker)
  await fetch(`${worker.issuer}/cdn-cgi/handler/scheduled`)
  await admin('DELETE', `/administrators/${String(person)}`)
}

async function aClient(worker: RunningWorker, role: string): Promise<void> {
  const made = await worker.admin('POST', '/clients', {
    client_name: 'Nightly billing export',
    permissions: [READ],
    secret: { expires_on: dayIn(5) },
  })
  const id = String(made['client_id'])
  const path = `/clients/${id}`
  await revokeOneToken(worker, id, String(made['client_secret']))
  await worker.admin('PATCH', path, { description: 'Exports at night' })
  await worker.admin('PUT', `${path}/access`, { roles: [role], permissions: [] })
  await worker.admin('PUT', `${path}/access`, { roles: [], permissions: [] })
  await worker.admin('PUT', `${path}/suspension`, { reason: 'A laptop was stolen' })
  await worker.admin('DELETE', `${path}/suspension`)
  await worker.admin('DELETE', `${path}/tokens`)
  await credentials(worker, path)
  // Its secret ends soon: the cron speaks of it.
  await worker.admin('POST', '/clients', {
    client_name: 'Partner',
    permissions: [],
    secret: { expires_on: dayIn(5) },
  })
  await worker.admin('POST', '/incidents', { client_ids: [id], reason: 'A laptop was stolen' })
  await worker.admin('DELETE', path)
}

async function credentials(worker: RunningWorker, path: string): Promise<void> {
  const { secret_id: secret } = await worker.admin('POST', `${path}/secrets`, {
    retire_others_in: 3600,
    expires_on: dayIn(30),
  })
  await worker.admin('PATCH', `${path}/secrets/${String(secret)}`, { label: 'Blue' })
  await worker.admin('PATCH', `${path}/secrets/${String(secret)}`, { expires_on: dayIn(60) })
  await worker.admin('DELETE', `${path}/secrets/${String(secret)}`)
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = publicKey.export({ type: 'spki', format: 'pem' })
  const { key_id: key } = await worker.admin('POST', `${path}/keys`, { pem })
  await worker.admin('DELETE', `${path}/keys/${String(key)}`)
  const { issuer_id: issuer } = await worker.admin('POST', '/issuers', {
    issuer: 'https://ci.example.com',
  })
  await worker.admin('PATCH', `/issuers/${String(issuer)}`, { name: 'CI' })
  const rule = await worker.admin('POST', `${path}/federated-credentials`, {
    issuer_id: issuer,
    subject: 'repo:example/billing',
  })
  await worker.admin('DELETE', `${path}/federated-credentials/${String(rule['credential_id'])}`)
  await worker.admin('DELETE', `/issuers/${String(issuer)}`)
  const certificate = await worker.admin('POST', `${path}/certificates`, { san_dns: 'a.example' })
  await worker.admin('DELETE', `${path}/certificates/${String(certificate['certificate_id'])}`)
}

async function revokeOneToken(worker: RunningWorker, id: string, secret: string): Promise<void> {
  const of = { client_id: id, client_secret: secret }
  const post = (path: string, body: Record<string, string>) =>
    fetch(worker.issuer + path, { method: 'POST', body: new URLSearchParams({ ...of, ...body }) })
  const issued = await post('/oauth/token', { grant_type: 'client_credentials' })
  const { access_token: token } = (await issued.json()) as { access_token: string }
  await post('/oauth/revoke', { token })
}

async function signingKeys(worker: RunningWorker): Promise<void> {
  const { kid } = await worker.admin('POST', '/signing-keys')
  await worker.admin('DELETE', `/signing-keys/${String(kid)}`)
}
