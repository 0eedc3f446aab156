import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'
import {
  axeFindings,
  launchBrowser,
  openContext,
  overflows,
  screenshot,
  signIn,
  smallTargets,
  withoutFocusMark,
} from './browser.ts'
import * as flows from './flows.ts'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})

afterAll(() => browser.close())

/** Everything that the page asked for, to see that it stays on its host. */
function watched(context: BrowserContext) {
  const requests: string[] = []
  const complaints: string[] = []
  context.on('request', (request) => requests.push(new URL(request.url()).origin))
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  context.on('weberror', (error) => complaints.push(error.error().message))
  return { requests, complaints }
}

describe.each([
  ['with a script', true],
  ['without a script', false],
])('an administrator %s', (_, javaScriptEnabled) => {
  let worker: RunningWorker
  beforeAll(async () => {
    worker = await runWorker()
  })
  afterAll(() => worker.close())

  it('goes through every flow', async () => {
    const context = await openContext(browser, { javaScriptEnabled })
    const seen = watched(context)
    const page = await context.newPage()
    const console: flows.Console = { page, issuer: worker.issuer }
    await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
    await flows.registerApi(console)
    await flows.createRole(console)
    await flows.createClient(console, 'Nightly export')
    const { id, secret } = await flows.readCredentials(console)
    await flows.heading(console, 'Nightly export')
    const token = await tokenOf(worker.issuer, id, secret)
    await flows.suspendAndResume(console)
    expect(await tokenOf(worker.issuer, id, secret)).toMatch(/^ey/)
    await flows.generateAndDeleteSecret(console)
    await flows.editDetailsAndAccess(console)
    await flows.duplicateRevokeDelete(console)
    await flows.inspect(console, token)
    await flows.preview(console, id)
    await flows.readActivity(console, id)
    await flows.administer(console)
    await flows.signOut(console)
    expect(new Set(seen.requests)).toEqual(new Set([worker.issuer]))
    // Chromium says so of each answer that is no 2xx: here the wrong name alone.
    expect(seen.complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([])
    await context.close()
  })
})

async function tokenOf(issuer: string, id: string, secret: string): Promise<string> {
  const response = await fetch(`${issuer}/oauth/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  const body = (await response.json()) as Record<string, string>
  return body['access_token'] ?? JSON.stringify(body)
}

describe('every page', () => {
  let worker: RunningWorker
  let paths: [name: string, path: string][]

  beforeAll(async () => {
    worker = await runWorker({ ADMINISTRATORS: 'ada@example.com' })
    paths = await pagesOf(worker)
  })
  afterAll(() => worker.close())

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 320],
  ] as const)(
    'has no finding of axe, no small target, nothing cut off: %s, %i px',
    async (colorScheme, width) => {
      const context = await openContext(browser, { colorScheme, width })
      const page = await context.newPage()
      await page.goto(`${worker.issuer}/console/sign-in`)
      const findings = await lookAt(page, `sign-in-${colorScheme}-${width}`)
      await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
      for (const [name, path] of paths) {
        await page.goto(worker.issuer + path)
        findings.push(...(await lookAt(page, `${name}-${colorScheme}-${width}`)))
      }
      expect(findings).toEqual([])
      await context.close()
    },
  )

  it('shows where the focus is', async () => {
    const context = await openContext(browser)
    const page = await context.newPage()
    await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
    for (const [, path] of paths) {
      await page.goto(worker.issuer + path)
      expect([path, await withoutFocusMark(page)]).toEqual([path, []])
    }
    await context.close()
  })

  it('has no finding of axe with its dialogs open', async () => {
    const context = await openContext(browser)
    const page = await context.newPage()
    await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
    for (const [name, path] of paths) {
      await page.goto(worker.issuer + path)
      const dialogs = await page.locator('[popover]').evaluateAll((all) => all.map((one) => one.id))
      for (const id of dialogs.slice(0, 4)) {
        await page.goto(worker.issuer + path)
        await page.locator(`[id="${id}"]`).evaluate((dialog: HTMLElement) => dialog.showPopover())
        expect([path, id, await axeFindings(page)]).toEqual([path, id, []])
        await screenshot(page, `${name}-${id.replace(/_.*/, '')}`)
      }
    }
    await context.close()
  })
})

async function lookAt(page: Page, name: string): Promise<string[]> {
  await screenshot(page, name)
  const findings = [...(await axeFindings(page)), ...(await smallTargets(page))]
  if (await overflows(page)) findings.push('it is wider than the window')
  return findings.map((finding) => `${name}: ${finding}`)
}

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
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  const client = await worker.admin('POST', '/clients', {
    client_name: 'Nightly export מיכאל',
    description: 'Fetches invoices at night.',
    secret: { expires_on: day(5) },
    roles: [role['role_id']],
  })
  const id = String(client['client_id'])
  await worker.admin('POST', `/clients/${id}/secrets`, { retire_others_in: 86_400 })
  const other = await worker.admin('POST', '/clients', { client_name: 'Partner', permissions })
  await tokenOf(worker.issuer, String(other['client_id']), String(other['client_secret']))
  await worker.admin('PUT', `/clients/${String(other['client_id'])}/suspension`, {
    reason: 'leaked',
  })
  await worker.admin('POST', '/clients', { client_name: 'Without anything' })
  await fetch(`${worker.issuer}/cdn-cgi/handler/scheduled`)
  const pages: Record<string, string> = {
    clients: '/clients',
    'clients-suspended': '/clients?status=suspended',
    'clients-none': '/clients?q=nothing',
    'client-create': '/clients/new',
    'client-details': `/clients/${id}`,
    'client-suspended': `/clients/${String(other['client_id'])}`,
    'client-edit': `/clients/${id}/edit`,
    'client-access': `/clients/${id}/access`,
    'client-duplicate': `/clients/${id}/duplicate`,
    'client-activity': `/clients/${String(other['client_id'])}/activity`,
    'client-preview': `/clients/${id}/preview`,
    activity: '/activity',
    inspector: '/inspector',
    apis: '/apis',
    'api-create': '/apis/new',
    'api-edit': `/apis/${String(api['api_id'])}`,
    roles: '/roles',
    'role-create': '/roles/new',
    'role-edit': `/roles/${String(role['role_id'])}`,
    administrators: '/administrators',
    'signing-keys': '/signing-keys',
    setup: '/setup',
    'not-found': '/nothing',
  }
  return Object.entries(pages).map(([name, path]) => [name, `/console${path}`])
}
