import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningWorker, runWorker } from '../support/node/harness.ts'
import {
  axeFindings,
  launchBrowser,
  openPage,
  overflows,
  screenshot,
  smallTargets,
  type Visit,
} from './browser.ts'

let browser: Browser
let worker: RunningWorker

beforeAll(async () => {
  ;[browser, worker] = await Promise.all([launchBrowser(), runWorker()])
  for (let n = 10; n < 40; n++) await worker.admin('POST', '/clients', { client_name: `No. ${n}` })
})

afterAll(async () => {
  await browser.close()
  await worker.close()
})

const opened = (path: string, visit: Visit) => openPage(browser, worker.issuer, path, visit)

describe.each([
  [1440, 900],
  [1100, 700],
  [768, 900],
  [360, 640],
])('at %i by %i pixels', (width, height) => {
  it('what can be done with the ticked clients stays in sight, and covers little', async () => {
    const { page, close } = await opened('/clients', { width, height })
    const boxes = page.getByLabel(/^Select No\./)
    await boxes.first().check()
    await boxes.last().check()
    await boxes.last().scrollIntoViewIfNeeded()
    await screenshot(page, `ticked-${width}`)
    const suspend = page.getByRole('button', { name: 'Suspend…' })
    const bar = await page.locator('.bulk').boundingBox()
    expect(bar?.y).toBeGreaterThanOrEqual(0)
    expect(bar?.height).toBeLessThanOrEqual(height / 6)
    expect(await overflows(page)).toBe(false)
    expect([...(await axeFindings(page)), ...(await smallTargets(page))]).toEqual([])
    // It would refuse to be pressed if something lay over it.
    await suspend.click({ trial: true })
    await close()
  })

  it('a row that has the focus is not under it', async () => {
    const { page, close } = await opened('/clients', { width, height })
    const boxes = page.getByLabel(/^Select No\./)
    await boxes.last().check()
    for (let n = 0; n < 40; n++) {
      await page.keyboard.press('Shift+Tab')
      const isCovered = await page.evaluate(() => {
        const focused = document.activeElement
        if (!focused?.closest('tbody')) return false
        const { left, top, width: w, height: h } = focused.getBoundingClientRect()
        const there = document.elementFromPoint(left + w / 2, top + h / 2)
        return !there || !(focused.contains(there) || there.contains(focused))
      })
      expect([n, isCovered]).toEqual([n, false])
    }
    await close()
  })
})

it('the sentence of an empty page stands in the middle of its card', async () => {
  const { page, close } = await opened('/administrators', { width: 1440, height: 900 })
  const [left, right] = await page.getByText('No administrators yet.').evaluate((sentence) => {
    const range = document.createRange()
    range.selectNodeContents(sentence)
    const text = range.getBoundingClientRect()
    const card = sentence.closest('.card')?.getBoundingClientRect() ?? text
    return [text.left - card.left, card.right - text.right]
  })
  expect(Math.abs((left ?? 0) - (right ?? 0))).toBeLessThan(3)
  await close()
})
