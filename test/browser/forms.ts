import type { Locator, Page } from 'playwright-core'
import { PUBLIC_JWK } from '../support/client-keys.ts'
import type { RunningWorker } from '../support/node/harness.ts'
import { fromMenu, questionOn } from './flows.ts'
import { aBlockedPerson, aPerson } from './people.ts'
import { loseAnswer } from './twice.ts'

// Every form of the console that makes or ends something, as a person gets to it and fills it in.

/** The things that a form is about, created for it alone. */
type Thing = { id: string; name: string; audience: string; email: string; kid: string }

type Form = {
  make?: (worker: RunningWorker, thing: Thing) => Promise<Partial<Thing> | void>
  at: (thing: Thing) => string
  /** Fills it in; the button that sends it. */
  fill: (page: Page, thing: Thing) => Promise<Locator>
  /** The text of the page after it; `a secret`: the page shows one. */
  message: string
}

const button = (within: Page | Locator, name: string | RegExp) =>
  within.getByRole('button', { name, exact: typeof name === 'string' })

type Fill = (question: Locator) => Promise<void>

/** The button of the question that is being opened, which is filled in first. */
async function asked(page: Page, fill?: Fill) {
  const question = questionOn(page)
  await question.waitFor()
  await fill?.(question)
  return question.locator('button[type=submit]')
}

async function byLink(page: Page, name: string, fill?: Fill) {
  await page.getByRole('link', { name, exact: true }).first().click()
  return asked(page, fill)
}

async function byMenu(page: Page, entry: string, menu?: string | RegExp, fill?: Fill) {
  await fromMenu({ page, issuer: '' }, entry, menu)
  return asked(page, fill)
}

const idOf = (body: Record<string, unknown>, field: string) => ({ id: String(body[field]) })

const aClient = async (worker: RunningWorker, { name }: Thing) =>
  idOf(await worker.admin('POST', '/clients', { client_name: name }), 'client_id')
const anApi = async (worker: RunningWorker, { name, audience }: Thing) =>
  idOf(await worker.admin('POST', '/apis', { name, audience, permissions: [] }), 'api_id')
const aRole = async (worker: RunningWorker, { name }: Thing) =>
  idOf(await worker.admin('POST', '/roles', { name, permissions: [] }), 'role_id')
const anIssuer = async (worker: RunningWorker, { name, audience }: Thing) =>
  idOf(await worker.admin('POST', '/issuers', { name, issuer: audience }), 'issuer_id')

/** A client, and an issuer whose workloads may act as it. */
async function aWorkload(worker: RunningWorker, thing: Thing) {
  const { id: issuer_id } = await anIssuer(worker, thing)
  const made = await aClient(worker, thing)
  const rule = { issuer_id, subject: 'export', label: 'CI' }
  await worker.admin('POST', `/clients/${made.id}/federated-credentials`, rule)
  return made
}

const CLIENT = { make: aClient, at: ({ id }: Thing) => `/clients/${id}` }
/** The question about a client that was ticked in the list. */
const selected = (path: string) => ({ at: ({ id }: Thing) => `/clients/bulk/${path}?client=${id}` })
const list = (path: string) => ({ at: () => path })
const [PEOPLE, ISSUERS, KEYS] = [list('/administrators'), list('/issuers'), list('/signing-keys')]

export const FORMS: Record<string, Form> = {
  'POST /clients': {
    at: () => '/clients/new',
    async fill(page, { name }) {
      await page.getByLabel('Name').fill(name)
      return button(page, 'Create API client')
    },
    message: 'a secret',
  },
  'POST /clients/bulk/suspension': {
    ...CLIENT,
    ...selected('suspension'),
    fill: async (page) => button(page, 'Suspend access'),
    message: 'Suspended 1 API client',
  },
  'POST /clients/bulk/resumption': {
    ...selected('resumption'),
    async make(worker, thing) {
      const made = await aClient(worker, thing)
      await worker.admin('PUT', `/clients/${made.id}/suspension`, {})
      return made
    },
    fill: async (page) => button(page, 'Resume access'),
    message: 'Resumed 1 API client',
  },
  'POST /clients/bulk/token-revocation': {
    ...CLIENT,
    ...selected('token-revocation'),
    fill: async (page) => button(page, 'Revoke all tokens'),
    message: 'Revoked all tokens of 1 API client',
  },
  'POST /clients/bulk/tags': {
    ...CLIENT,
    ...selected('tags'),
    async fill(page) {
      await page.getByLabel('Tags to add').fill('env:prod')
      return button(page, 'Tag')
    },
    message: 'Tagged 1 API client',
  },
  'POST /clients/bulk/tag-removal': {
    ...selected('tag-removal'),
    async make(worker, thing) {
      const made = await aClient(worker, thing)
      await worker.admin('PATCH', `/clients/${made.id}`, { tags: ['env:prod'] })
      return made
    },
    async fill(page) {
      await page.getByLabel('Tags to remove').fill('env:prod')
      return button(page, 'Remove tags')
    },
    message: 'Removed tags from 1 API client',
  },
  'POST /clients/bulk/deletion': {
    ...CLIENT,
    ...selected('deletion'),
    async fill(page) {
      await page.getByLabel('to confirm').fill('1')
      return button(page, 'Permanently delete')
    },
    message: 'Deleted 1 API client',
  },
  'POST /clients/:client_id/details': {
    ...CLIENT,
    at: ({ id }) => `/clients/${id}/details`,
    async fill(page) {
      await page.getByLabel('Description').fill('New')
      return button(page, 'Save')
    },
    message: 'Saved {name}.',
  },
  'POST /clients/:client_id/access': {
    ...CLIENT,
    at: ({ id }) => `/clients/${id}/access`,
    async fill(page) {
      await page.getByLabel('Apply to issued tokens').check()
      return button(page, 'Save')
    },
    message: 'Saved the API access of {name}.',
  },
  'POST /clients/:client_id/suspension': {
    ...CLIENT,
    fill: (page) =>
      byLink(page, 'Suspend access…', (question) => question.getByLabel('Reason').fill('SEC-881')),
    message: 'Suspended {name}.',
  },
  'POST /clients/:client_id/resumption': {
    ...CLIENT,
    async make(worker, thing) {
      const made = await aClient(worker, thing)
      await worker.admin('PUT', `/clients/${made.id}/suspension`, {})
      return made
    },
    fill: (page) => byLink(page, 'Resume access…'),
    message: 'Resumed {name}.',
  },
  'POST /clients/:client_id/token-revocation': {
    ...CLIENT,
    fill: (page) => byMenu(page, 'Revoke all tokens…'),
    message: 'Revoked all tokens issued to {name} until ',
  },
  'POST /clients/:client_id/deletion': {
    ...CLIENT,
    fill: (page, { name }) =>
      byMenu(page, 'Delete…', 'More actions', (question) =>
        question.getByLabel(/Type the name of this client/).fill(name),
      ),
    message: 'Deleted {name}.',
  },
  'POST /incidents': {
    ...CLIENT,
    at: ({ id }) => `/incidents/new?client_id=${id}`,
    async fill(page) {
      await page.getByLabel('Reason').fill('SEC-881')
      return button(page, 'Respond to the leak')
    },
    message: 'Done. Copy the link of this page',
  },
  'POST /clients/:client_id/secrets': {
    ...CLIENT,
    fill: (page) =>
      byLink(page, 'Rotate secret…', (question) => question.getByLabel(/End them now/).check()),
    message: 'a secret',
  },
  'POST /clients/:client_id/secrets/:secret_id/replacement': {
    at: () => '/clients/new',
    async fill(page, { name }) {
      await page.getByLabel('Name').fill(name)
      await loseAnswer(page, button(page, 'Create API client'))
      await page.reload()
      return button(page, 'Generate another secret')
    },
    message: 'a secret',
  },
  'POST /clients/:client_id/secrets/:secret_id/extension': {
    ...CLIENT,
    fill: (page) => byMenu(page, 'Extend by 7 days…', /^More actions for secret pc_/),
    message: 'Extended secret ',
  },
  'POST /clients/:client_id/secrets/:secret_id/deletion': {
    ...CLIENT,
    fill: (page) => byMenu(page, 'Delete…', /^More actions for secret pc_/),
    message: 'Deleted secret pc_',
  },
  'POST /clients/:client_id/keys': {
    ...CLIENT,
    at: ({ id }) => `/clients/${id}/keys/new`,
    async fill(page) {
      await page.getByLabel('Public key', { exact: true }).fill(JSON.stringify(PUBLIC_JWK))
      return button(page, 'Add public key')
    },
    message: 'Added public key ',
  },
  'POST /clients/:client_id/keys/:key_id/deletion': {
    ...CLIENT,
    async make(worker, thing) {
      const made = await aClient(worker, thing)
      await worker.admin('POST', `/clients/${made.id}/keys`, { jwk: PUBLIC_JWK, label: 'CI' })
      return made
    },
    fill: (page) => byMenu(page, 'Delete…', 'More actions for public key CI'),
    message: 'Deleted public key CI.',
  },
  'POST /clients/:client_id/certificates': {
    ...CLIENT,
    at: ({ id }) => `/clients/${id}/certificates/new`,
    async fill(page) {
      await page.getByLabel(/^A name that a CA gives/).check()
      await page.getByLabel('Kind of name').selectOption('san_dns')
      await page.getByLabel('Name', { exact: true }).fill('exports.example.com')
      return button(page, 'Add certificate')
    },
    message: 'Added certificate exports.example.com.',
  },
  'POST /clients/:client_id/certificates/:certificate_id/deletion': {
    ...CLIENT,
    async make(worker, thing) {
      const made = await aClient(worker, thing)
      const name = { san_dns: 'exports.example.com', label: 'CI' }
      await worker.admin('POST', `/clients/${made.id}/certificates`, name)
      return made
    },
    fill: (page) => byMenu(page, 'Delete…', 'More actions for certificate CI'),
    message: 'Deleted certificate CI.',
  },
  'POST /clients/:client_id/workloads': {
    make: aWorkload,
    at: ({ id }) => `/clients/${id}/workloads/new`,
    async fill(page) {
      await page.getByLabel('Claims').fill('environment = prod')
      return button(page, 'Add workload')
    },
    message: 'Added federated credential environment = prod.',
  },
  'POST /clients/:client_id/workloads/:credential_id/deletion': {
    ...CLIENT,
    make: aWorkload,
    fill: (page) => byMenu(page, 'Delete…', 'More actions for federated credential CI'),
    message: 'Deleted federated credential CI.',
  },
  'POST /issuers': {
    at: () => '/issuers/new',
    async fill(page, { name, audience }) {
      await page.getByLabel('Platform', { exact: true }).selectOption('custom')
      await page.getByLabel('Issuer URL').fill(audience)
      await page.getByLabel('Name (optional)').fill(name)
      return button(page, 'Trust an issuer')
    },
    message: 'Now trusted: {name}.',
  },
  'POST /issuers/:issuer_id/deletion': {
    ...ISSUERS,
    make: anIssuer,
    fill: (page, { name }) => byMenu(page, 'Delete…', `More actions for ${name}`),
    message: 'No longer trusted: {name}.',
  },
  'POST /apis': {
    at: () => '/apis/new',
    async fill(page, { name, audience }) {
      await page.getByLabel('Name').fill(name)
      await page.getByLabel('Audience').fill(audience)
      return button(page, 'Add API')
    },
    message: 'Added {name}.',
  },
  'POST /apis/:api_id': {
    make: anApi,
    at: ({ id }) => `/apis/${id}`,
    async fill(page) {
      await page.getByLabel('Permissions').fill('a:read')
      return button(page, 'Save')
    },
    message: 'Saved {name}.',
  },
  'POST /apis/:api_id/deletion': {
    make: anApi,
    at: ({ id }) => `/apis/${id}`,
    fill: (page) => byLink(page, 'Delete…'),
    message: 'Deleted {name}.',
  },
  'POST /roles': {
    at: () => '/roles/new',
    async fill(page, { name }) {
      await page.getByLabel('Name').fill(name)
      return button(page, 'Create role')
    },
    message: 'Created {name}.',
  },
  'POST /roles/:role_id': {
    make: aRole,
    at: ({ id }) => `/roles/${id}`,
    async fill(page) {
      await page.getByLabel('Description').fill('New')
      return button(page, 'Save')
    },
    message: 'Saved {name}.',
  },
  'POST /roles/:role_id/deletion': {
    make: aRole,
    at: ({ id }) => `/roles/${id}`,
    fill: (page) => byLink(page, 'Delete…'),
    message: 'Deleted {name}.',
  },
  'POST /administrators': {
    ...PEOPLE,
    async fill(page, { email }) {
      await page.getByLabel('Email address').fill(email)
      return button(page, 'Add administrator')
    },
    message: 'Added {email}.',
  },
  'POST /administrators/:administrator_id': {
    ...PEOPLE,
    make: aPerson,
    fill: (page, { email }) =>
      byLink(page, `Access… of ${email}`, (question) => question.getByLabel(/^Manage/).check()),
    message: 'Changed the access of {email}.',
  },
  'POST /administrators/:administrator_id/removal': {
    ...PEOPLE,
    make: aPerson,
    fill: (page, { email }) => byLink(page, `Remove… ${email}`),
    message: 'Removed {email}.',
  },
  'POST /administrators/:member_id/block': {
    ...PEOPLE,
    make: aBlockedPerson,
    fill: (page, { email }) => byLink(page, `Unblock… ${email}`),
    message: 'Unblocked {email}.',
  },
  'POST /signing-keys': {
    ...KEYS,
    fill: (page) => byLink(page, 'Promote the standby key…'),
    message: 'Signing key ',
  },
  'POST /signing-keys/:kid/revocation': {
    ...KEYS,
    make: async (worker) => ({ kid: String((await worker.admin('POST', '/signing-keys'))['kid']) }),
    fill: (page, { kid }) =>
      byMenu(page, 'Revoke key…', `More actions for ${kid}`, (question) =>
        question.getByLabel(/Type “revoke”/).fill('revoke'),
      ),
    message: 'Revoked signing key {kid}, ',
  },
}

/** Those that make and end nothing: what they are sent twice for is a look, or a mail more. */
export const HARMLESS = [
  'POST /find',
  'POST /workloads',
  'POST /administrators/test-mail',
  'POST /setup/test-event',
  'POST /setup/resent-events',
]

let made = 0

export type Ready = { path: string; thing: Thing; form: Form; message: string }

/** A form with a thing of its own, and what will be said of that. */
export async function ready(worker: RunningWorker, route: string): Promise<Ready> {
  const form = FORMS[route]
  if (!form) throw new Error(`no such form: ${route}`)
  const n = ++made
  const thing = { id: '', kid: '', name: `Airflow ${n}`, audience: `https://a${n}.example` }
  const whole: Thing = { ...thing, email: `ada${n}@example.com` }
  Object.assign(whole, await form.make?.(worker, whole))
  const message = form.message.replaceAll(/\{(\w+)\}/g, (_, name: keyof Thing) => whole[name])
  return { path: form.at(whole), thing: whole, form, message }
}
