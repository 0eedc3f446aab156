import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  BOOTSTRAP_TOKEN,
  type Client,
  type RunningWorker,
  runWorker,
} from '../support/node/harness.ts'
import {
  axeFindings,
  launchBrowser,
  openContext,
  overflows,
  screenshot,
  signIn,
} from './browser.ts'
import { tokenOf } from './token.ts'

const AUDIENCE = 'https://billing.example.com'

let browser: Browser
let worker: RunningWorker

beforeAll(async () => {
  browser = await launchBrowser()
  worker = await runWorker()
  const permissions = [{ permission: 'invoices:read' }]
  await worker.admin('POST', '/apis', { audience: AUDIENCE, name: 'Billing', permissions })
})

afterAll(async () => {
  await browser.close()
  await worker.close()
})

/** Pastes what was found; it is nowhere on the page that answers, nor in its address. */
async function find(page: Page, text: string): Promise<void> {
  await page.goto(`${worker.issuer}/console/find`)
  await page.locator('textarea').fill(text)
  await page.getByRole('button', { name: 'Find', exact: true }).click()
  await page.getByText('This secret works.').waitFor()
  expect(page.url()).toBe(`${worker.issuer}/console/find`)
  expect(await page.content()).not.toContain(text.slice(20))
}

async function faultsOf(page: Page, name: string, hasScript: boolean): Promise<string[]> {
  await screenshot(page, name)
  if (!hasScript) return []
  const found = await axeFindings(page)
  return (await overflows(page)) ? [...found, 'it is wider than the window'] : found
}

async function respond(page: Page, hasScript: boolean): Promise<void> {
  await page.getByRole('link', { name: 'Respond to a leak…' }).click()
  const asked = page.locator(hasScript ? 'dialog' : 'main')
  await asked.getByRole('heading', { name: /^Respond to a leak of/ }).waitFor()
  await asked.getByText(/1 secret can end: pc_/).waitFor()
  await asked.getByLabel('Reason').fill('SEC-881: secret in a public log')
  await asked.getByRole('button', { name: 'Respond to the leak' }).click()
  await page.getByRole('heading', { level: 1, name: /^Leak of/ }).waitFor()
}

describe.each([
  ['with a script', true, 1280],
  ['with a script, on a phone', true, 390],
  ['without a script', false, 1280],
])('%s', (what, javaScriptEnabled, width) => {
  it('a person gets from a leaked secret to its client, stopped, and to the page of the leak', async () => {
    const client: Client = await worker.client(AUDIENCE, 'invoices:read')
    await tokenOf(worker.issuer, client.id, client.secret)
    const context = await openContext(browser, { javaScriptEnabled, width })
    const page = await context.newPage()
    await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
    await find(page, client.secret)
    const name = `leak ${what}`.replaceAll(/\W+/g, '-')
    expect(await faultsOf(page, `${name}-found`, javaScriptEnabled)).toEqual([])
    await respond(page, javaScriptEnabled)
    expect(await faultsOf(page, `${name}-done`, javaScriptEnabled)).toEqual([])
    const text = await page.locator('main').innerText()
    expect(text).toContain('Access suspended, 1 secret ended, all tokens revoked')
    expect(text).toContain('SEC-881: secret in a public log')
    expect(text).toContain(page.url())
    expect(await tokenOf(worker.issuer, client.id, client.secret)).toContain('invalid_client')
    const before = await page.locator('main').innerText()
    await page.reload()
    expect(await page.locator('.banner').count()).toBe(0)
    expect(before).toContain('Done.')
    await context.close()
  })
})
