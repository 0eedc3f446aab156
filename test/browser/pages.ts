import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { pemOf } from '../support/client-certificates/presented.ts'
import { PUBLIC_JWK } from '../support/client-keys.ts'
import { type RunningWorker, runWorker } from '../support/node/harness.ts'
import { axeFindings, launchBrowser, overflows, screenshot, smallTargets } from './browser.ts'
import { tokenOf } from './token.ts'

type Visited = {
  browser: Browser
  worker: RunningWorker
  paths: [name: string, path: string][]
}

/** A browser and a Worker with a bit of everything, for the tests of a file; filled before the first. */
export function everyPage(): Visited {
  const visited = {} as Visited
  beforeAll(async () => {
    visited.browser = await launchBrowser()
    visited.worker = await runWorker({ ADMINISTRATORS: 'ada@example.com' })
    visited.paths = await pagesOf(visited.worker)
  })
  afterAll(async () => {
    await visited.browser.close()
    await visited.worker.close()
  })
  return visited
}

/** The problems of the page as shown, one line each. */
export async function lookAt(page: Page, name: string): Promise<string[]> {
  await screenshot(page, name)
  const findings = [...(await axeFindings(page)), ...(await smallTargets(page))]
  if (await overflows(page)) findings.push('it is wider than the window')
  return findings.map((finding) => `${name}: ${finding}`)
}

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

/** A bit of everything to be seen, and where. */
async function pagesOf(worker: RunningWorker): Promise<[string, string][]> {
  const audience = 'https://billing.example.com'
  const api = await worker.admin('POST', '/apis', {
    audience,
    name: 'Billing',
    permissions: [{ permission: 'invoices:read', group: 'Invoices', description: 'Read invoices' }],
  })
  const permissions = [{ audience, permission: 'invoices:read' }]
  const role = await worker.admin('POST', '/roles', { name: 'Reader', permissions })
  const client = await worker.admin('POST', '/clients', {
    client_name: 'Nightly export מיכאל',
    description: 'Fetches invoices at night.',
    secret: { expires_on: day(5) },
    roles: [role['role_id']],
  })
  const id = String(client['client_id'])
  const rotated = { activate: 'on_first_use', retire_others_in: 86_400 }
  await worker.admin('POST', `/clients/${id}/secrets`, { retire_others_in: 86_400 })
  const secret = await worker.admin('POST', `/clients/${id}/secrets`, rotated)
  const key = { jwk: PUBLIC_JWK, label: 'CI runner', expires_on: day(3) }
  const { key_id: keyId } = await worker.admin('POST', `/clients/${id}/keys`, key)
  const certificate = { pem: pemOf('self'), label: 'Export server' }
  const certificates = `/clients/${id}/certificates`
  const { certificate_id } = await worker.admin('POST', certificates, certificate)
  await worker.admin('POST', certificates, {
    subject_dn: 'CN=nightly-export,OU=Invoices,O=Example GmbH,L=Hamburg,C=DE',
    expires_on: day(3),
  })
  const github = { issuer: 'https://token.actions.githubusercontent.com', preset: 'github' }
  const { issuer_id } = await worker.admin('POST', '/issuers', github)
  const claims = { repository_id: '123456789', environment: 'production' }
  const rule = { issuer_id, claims, label: 'Deployment', expires_on: day(3) }
  const { credential_id } = await worker.admin('POST', `/clients/${id}/federated-credentials`, rule)
  const other = await worker.admin('POST', '/clients', { client_name: 'Partner', permissions })
  await tokenOf(worker.issuer, String(other['client_id']), String(other['client_secret']))
  await worker.admin('PUT', `/clients/${String(other['client_id'])}/suspension`, {
    reason: 'leaked',
  })
  const empty = await worker.admin('POST', '/clients', { client_name: 'Without anything' })
  const leak = { client_ids: [empty['client_id'], other['client_id']], reason: 'SEC-881' }
  const { incident_id } = await worker.admin('POST', '/incidents', leak)
  await fetch(`${worker.issuer}/cdn-cgi/handler/scheduled`)
  const pages: Record<string, string> = {
    clients: '/clients',
    'clients-suspended': '/clients?status=suspended',
    'clients-none': '/clients?q=nothing',
    'clients-filtered': '/clients?unused=90&sort=last_used_at',
    'clients-suspend': `/clients/bulk/suspension?client=${id}`,
    'clients-delete': `/clients/bulk/deletion?client=${id}`,
    'clients-tag': `/clients/bulk/tags?client=${id}`,
    'client-create': '/clients/new',
    'client-details': `/clients/${id}`,
    'client-suspended': `/clients/${String(other['client_id'])}`,
    'client-edit': `/clients/${id}/details`,
    'client-access': `/clients/${id}/access`,
    'client-suspend': `/clients/${id}/suspension`,
    'client-duplicate': `/clients/${id}/duplicate`,
    'secret-rotate': `/clients/${id}/secrets/new`,
    'secret-extend': `/clients/${id}/secrets/${String(secret['secret_id'])}/extension`,
    'key-create': `/clients/${id}/keys/new`,
    'key-details': `/clients/${id}/keys/${String(keyId)}`,
    'certificate-create': `${certificates}/new`,
    'certificate-details': `${certificates}/${String(certificate_id)}`,
    'workload-create': `/clients/${id}/workloads/new`,
    'client-activity': `/clients/${String(other['client_id'])}/activity`,
    'client-preview': `/clients/${id}/preview`,
    activity: '/activity',
    find: '/find',
    'incident-respond': `/incidents/new?client_id=${id}`,
    incident: `/incidents/${String(incident_id)}`,
    apis: '/apis',
    'api-create': '/apis/new',
    'api-edit': `/apis/${String(api['api_id'])}`,
    roles: '/roles',
    'role-create': '/roles/new',
    'role-edit': `/roles/${String(role['role_id'])}`,
    issuers: '/issuers',
    'issuer-create': '/issuers/new',
    workloads: `/workloads?client_id=${id}`,
    administrators: '/administrators',
    'signing-keys': '/signing-keys',
    setup: '/setup',
    'signed-in': '/signed-in',
    'not-found': '/nothing',
    ...questionsOf({
      client: `/clients/${id}`,
      suspended: `/clients/${String(other['client_id'])}`,
      secret: String((client['secrets'] as { secret_id: string }[])[0]?.secret_id),
      key: String(keyId),
      certificate: String(certificate_id),
      rule: String(credential_id),
      api: String(api['api_id']),
      role: String(role['role_id']),
      issuer: String(issuer_id),
      ...(await othersIn(worker)),
    }),
  }
  return Object.entries(pages).map(([name, path]) => [name, `/console${path}`])
}

/** The ids of what is there by itself: an administrator of the configuration and the signing keys. */
async function othersIn(worker: RunningWorker) {
  const listOf = async (path: string) =>
    (await worker.admin('GET', path))['data'] as Record<string, string>[]
  const [person] = await listOf('/administrators')
  const key = (await listOf('/signing-keys')).find(({ state }) => state === 'active')
  return { person: person?.['administrator_id'] ?? '', kid: key?.['kid'] ?? '' }
}

type Subjects = Record<
  | 'client'
  | 'suspended'
  | 'secret'
  | 'key'
  | 'certificate'
  | 'rule'
  | 'api'
  | 'role'
  | 'issuer'
  | 'person'
  | 'kid',
  string
>

/** The pages that ask before a change is made. */
function questionsOf(of: Subjects): Record<string, string> {
  const { client } = of
  return {
    'ask-resumption': `${of.suspended}/resumption`,
    'ask-token-revocation': `${client}/token-revocation`,
    'ask-deletion': `${client}/deletion`,
    'ask-secret': `${client}/secrets/new`,
    'ask-secret-deletion': `${client}/secrets/${of.secret}/deletion`,
    'ask-key-deletion': `${client}/keys/${of.key}/deletion`,
    'ask-certificate-deletion': `${client}/certificates/${of.certificate}/deletion`,
    'ask-workload-deletion': `${client}/workloads/${of.rule}/deletion`,
    'ask-api-deletion': `/apis/${of.api}/deletion`,
    'ask-role-deletion': `/roles/${of.role}/deletion`,
    'ask-issuer-deletion': `/issuers/${of.issuer}/deletion`,
    'ask-access': `/administrators/${of.person}`,
    'ask-removal': `/administrators/${of.person}/removal`,
    'ask-rotation': '/signing-keys/rotation',
    'ask-key-revocation': `/signing-keys/${of.kid}/revocation`,
  }
}
