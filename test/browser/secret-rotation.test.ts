import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'
import { axeFindings, launchBrowser, openContext, signIn } from './browser.ts'
import { tokenOf } from './token.ts'

// A secret is rotated and extended by what people see: with a script in dialogs, without one on pages.

let browser: Browser
let worker: RunningWorker

beforeAll(async () => {
  ;[browser, worker] = await Promise.all([launchBrowser(), runWorker()])
})

afterAll(async () => {
  await browser.close()
  await worker.close()
})

async function opened(javaScriptEnabled: boolean) {
  const made = await worker.admin('POST', '/clients', { client_name: 'Export' })
  const client = { id: String(made['client_id']), secret: String(made['client_secret']) }
  const context = await openContext(browser, { javaScriptEnabled })
  const page = await context.newPage()
  await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
  const open = () => page.goto(`${worker.issuer}/console/clients/${client.id}`)
  await open()
  return { client, page, open, close: () => context.close() }
}

const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true })
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const isDialog = (page: Page) => page.locator('dialog[open]').count()

describe.each([[true], [false]])('with a script: %s', (javaScriptEnabled) => {
  it('a rotation waits for the first use of the new secret, and then retires the old one', async () => {
    const { client, page, open, close } = await opened(javaScriptEnabled)
    await link(page, 'Rotate secret…').click()
    await page.getByLabel('End them in 24 hours').check()
    expect(await isDialog(page)).toBe(javaScriptEnabled ? 1 : 0)
    expect(await page.getByLabel('Last day of the other secrets').isVisible()).toBe(
      !javaScriptEnabled,
    )
    if (javaScriptEnabled) expect(await axeFindings(page)).toEqual([])
    await page.getByLabel('Start the clock when the new secret is first used').check()
    await button(page, 'Rotate secret').click()
    const shown = page.getByText(/pc_\w{12}_\w{49}/).first()
    await shown.waitFor()
    const [secret = ''] = /pc_\w{12}_\w{49}/.exec((await shown.textContent()) ?? '') ?? []
    await open()
    await page.getByText('Retires 24 hours after the new secret is first used').waitFor()
    await tokenOf(worker.issuer, client.id, secret)
    await expect
      .poll(async () => {
        await open()
        return page.getByText(/Retires\s+in (1 day|23 hours), at/).count()
      })
      .toBe(1)
    await close()
  })

  it('a secret is extended from its menu', async () => {
    const { page, close } = await opened(javaScriptEnabled)
    await page.getByLabel(/^More actions for secret/).click()
    await link(page, 'Extend by 7 days…').click()
    const send = button(page, 'Extend by 7 days')
    await send.waitFor()
    expect(await isDialog(page)).toBe(javaScriptEnabled ? 1 : 0)
    if (javaScriptEnabled) expect(await axeFindings(page)).toEqual([])
    await send.click()
    await page.locator('.banner', { hasText: 'Extended secret pc_' }).waitFor()
    await close()
  })
})
