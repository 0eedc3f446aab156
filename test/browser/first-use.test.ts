import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'
import { launchBrowser, openContext, signIn } from './browser.ts'
import { tokenOf } from './token.ts'

// The page of a new secret says when it was first used, and claims no token that there was not.

const AUDIENCE = 'https://billing.example.com'
let browser: Browser
let worker: RunningWorker

beforeAll(async () => {
  ;[browser, worker] = await Promise.all([launchBrowser(), runWorker()])
  const permissions = [{ permission: 'invoices:read' }]
  await worker.admin('POST', '/apis', { audience: AUDIENCE, name: 'Billing', permissions })
})

afterAll(async () => {
  await browser.close()
  await worker.close()
})

it.each([
  ['with access', true, /^✓ The secret was first used at [^.]+\.$/],
  ['without access', false, /^The secret was first used at .* It got no token: this client has no/],
])('of a client %s', async (_, hasAccess, says) => {
  const context = await openContext(browser)
  const page = await context.newPage()
  await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
  await page.goto(`${worker.issuer}/console/clients/new`)
  await page.getByLabel('Name').fill('Nightly export')
  if (hasAccess) {
    const box = page.getByLabel('invoices:read')
    if (!(await box.isVisible())) await page.getByText('Billing', { exact: true }).click()
    await box.check()
  }
  await page.getByRole('button', { name: 'Create API client' }).click()
  const line = page.locator('[data-waits]')
  await line.getByText('Waiting for the first use of the secret').waitFor()
  const [id, secret] = await page.locator('#client-id, #client-secret').allTextContents()
  const token = await tokenOf(worker.issuer, id?.trim() ?? '', secret?.trim() ?? '')
  expect(token.startsWith('ey')).toBe(hasAccess)
  await expect.poll(() => line.textContent()).toMatch(says)
  await context.close()
})

it('without a script waits for nothing', async () => {
  const context = await openContext(browser, { javaScriptEnabled: false })
  const page = await context.newPage()
  await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
  await page.goto(`${worker.issuer}/console/clients/new`)
  await page.getByLabel('Name').fill('Partner import')
  await page.getByRole('button', { name: 'Create API client' }).click()
  await page.locator('#client-secret').waitFor()
  expect(await page.locator('[data-waits]').isVisible()).toBe(false)
  await context.close()
})
