import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
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
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'

let browser: Browser
let worker: RunningWorker

beforeAll(async () => {
  worker = await runWorker()
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser.close()
  await worker.close()
})

it('lets in who has the bootstrap token', async () => {
  const context = await openContext(browser)
  const page = await context.newPage()
  await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
  expect(await axeFindings(page)).toEqual([])
  expect(await smallTargets(page)).toEqual([])
  expect(await overflows(page)).toBe(false)
  expect(await withoutFocusMark(page)).toEqual([])
  await screenshot(page, 'clients')
})
