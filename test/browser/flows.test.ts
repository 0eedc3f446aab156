import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'
import { axeFindings, launchBrowser, openContext, screenshot, signIn } from './browser.ts'
import * as flows from './flows.ts'
import { tokenOf } from './token.ts'

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
    if (javaScriptEnabled) expect(await axeFindings(page)).toEqual([])
    await screenshot(page, 'client-credentials')
    const { id, secret } = await flows.readCredentials(console)
    await flows.heading(console, 'Nightly export')
    const token = await tokenOf(worker.issuer, id, secret)
    await flows.suspendAndResume(console)
    expect(await tokenOf(worker.issuer, id, secret)).toMatch(/^ey/)
    await flows.generateAndDeleteSecret(console)
    await flows.editDetailsAndAccess(console)
    await flows.duplicateRevokeDelete(console)
    await flows.createWithPublicKey(console)
    await flows.inspect(console, token)
    await flows.preview(console, id)
    await flows.readActivity(console, id)
    await flows.administer(console)
    await flows.signOut(console)
    expect(new Set(seen.requests)).toEqual(new Set([worker.issuer]))
    // Chromium reports each answer outside 2xx: here only the one to the wrong name.
    expect(seen.complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([])
    await context.close()
  })
})

it('the fields of a secret go while a public key is chosen, and are in the way of nothing', async () => {
  const worker = await runWorker()
  const context = await openContext(browser)
  const page = await context.newPage()
  await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
  await page.goto(`${worker.issuer}/console/clients/new`)
  const end = page.getByLabel('Expiry date')
  await page.getByLabel('Name').fill('Signer')
  // No secret is made with this.
  await end.fill('')
  await page.getByLabel(/^Public key/).check()
  expect(await end.isVisible()).toBe(false)
  await page.getByLabel(/^Secret/).check()
  expect(await end.isVisible()).toBe(true)
  await page.getByLabel(/^Public key/).check()
  await page.getByRole('button', { name: 'Create API client' }).click()
  await flows.banner({ page, issuer: worker.issuer }, 'Created Signer.')
  await context.close()
  await worker.close()
})

describe('by keyboard alone', () => {
  let worker: RunningWorker
  beforeAll(async () => {
    worker = await runWorker()
  })
  afterAll(() => worker.close())

  it('signs in, finds a client, suspends it with a reason and resumes it', async () => {
    const audience = 'https://billing.example.com'
    const api = { audience, name: 'Billing', permissions: [{ permission: 'invoices:read' }] }
    await worker.admin('POST', '/apis', api)
    const client = await worker.client(audience, 'invoices:read')
    const context = await openContext(browser)
    const page = await context.newPage()
    const keys = flows.keyboardOf(page)
    await page.goto(`${worker.issuer}/console/clients`)
    await keys.to('Bootstrap token')
    await page.keyboard.type(BOOTSTRAP_TOKEN)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/console\/clients$/)
    await keys.to('Nightly billing export')
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(client.id))
    await keys.to('Suspend access…')
    await page.keyboard.press('Enter')
    // The dialog puts the focus into its first field.
    await expect.poll(() => keys.focused()).toBe('Reason (optional)')
    await page.keyboard.type('token in a public log')
    await keys.into('dialog[open]', 'Suspend access')
    await page.keyboard.press('Space')
    await flows.banner({ page, issuer: worker.issuer }, 'Suspended Nightly billing export.')
    expect(await tokenOf(worker.issuer, client.id, client.secret)).toContain('suspended')
    await keys.to('Resume access…')
    await page.keyboard.press('Enter')
    const dialog = page.locator('dialog[open]')
    await dialog.waitFor()
    // Escape leaves everything as it is, and the focus where it was.
    await page.keyboard.press('Escape')
    await flows.thereAre(0, dialog)
    expect(await keys.focused()).toBe('Resume access…')
    await page.keyboard.press('Enter')
    await dialog.waitFor()
    await keys.into('dialog[open]', 'Resume access')
    await page.keyboard.press('Enter')
    await flows.banner({ page, issuer: worker.issuer }, 'Resumed Nightly billing export.')
    expect(await tokenOf(worker.issuer, client.id, client.secret)).toMatch(/^ey/)
    await context.close()
  })
})
