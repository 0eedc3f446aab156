import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningWorker, runWorker } from '../support/node/harness.ts'
import { launchBrowser, openPage, type Visit } from './browser.ts'

// The buttons of a form stay in sight, and so does what has the focus (WCAG 2.2, 2.4.11).

const PHONE = { width: 360, height: 640 }
const LAPTOP = { width: 1280, height: 900 }

let browser: Browser
let worker: RunningWorker
let client = ''

beforeAll(async () => {
  ;[browser, worker] = await Promise.all([launchBrowser(), runWorker()])
  const permissions = [{ permission: 'invoices:read', description: 'Read invoices' }]
  await worker.admin('POST', '/apis', { audience: 'https://a.example', name: 'A', permissions })
  const made = await worker.admin('POST', '/clients', { client_name: 'Export' })
  client = `/clients/${String(made['client_id'])}`
})

afterAll(async () => {
  await browser.close()
  await worker.close()
})

const opened = (path: string, visit: Visit) => openPage(browser, worker.issuer, path, visit)

/** The element with the focus, and whether nothing lies over its middle, its upper or its lower edge. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement) || element === document.body) return null
    const { left, right, top, bottom } = element.getBoundingClientRect()
    const x = (left + Math.min(right, innerWidth)) / 2
    const isSeenAt = (y: number) => {
      const there = document.elementFromPoint(x, y)
      return there !== null && (element.contains(there) || there.contains(element))
    }
    const isSeen = [top + 2, (top + bottom) / 2, bottom - 2].every(isSeenAt)
    return { what: element.outerHTML.slice(0, 120), isSeen }
  })

/** Goes through all that can have the focus, and answers with what is covered then. */
async function coveredBy(page: Page, key: 'Tab' | 'Shift+Tab') {
  const covered: string[] = []
  let stops = 0
  for (; stops < 60; stops++) {
    await page.keyboard.press(key)
    const at = await focused(page)
    if (at === null) break
    if (!at.isSeen) covered.push(at.what)
  }
  return { stops, covered }
}

describe.each([
  ['on a phone', PHONE],
  ['on a laptop', LAPTOP],
])('%s', (_, visit) => {
  it.each(['new', 'details', 'access', 'secrets/new', 'keys/new', 'certificates/new'])(
    'nothing covers what has the focus: %s',
    async (form) => {
      const path = form === 'new' ? '/clients/new' : `${client}/${form}`
      const { page, close } = await opened(path, visit)
      for (const key of ['Tab', 'Shift+Tab'] as const) {
        const { stops, covered } = await coveredBy(page, key)
        expect(stops).toBeGreaterThan(5)
        expect([key, covered]).toEqual([key, []])
      }
      await close()
    },
  )

  it('nothing covers what has the focus in a question', async () => {
    const { page, close } = await opened(client, visit)
    await page.getByRole('link', { name: 'Rotate secret…' }).click()
    await page.locator('dialog[open]').waitFor()
    expect((await coveredBy(page, 'Tab')).covered).toEqual([])
    await close()
  })

  it('the box that was forgotten is seen beside the new secret', async () => {
    const { page, close } = await opened('/clients/new', visit)
    await page.getByLabel('Name').fill('Another')
    await page.getByRole('button', { name: 'Create API client' }).click()
    await page.getByRole('button', { name: 'Done' }).click()
    await expect.poll(async () => (await focused(page))?.what).toContain('checkbox')
    expect((await focused(page))?.isSeen).toBe(true)
    await close()
  })
})
