import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'
import { type Acme, acmeIn } from './acme/acme.ts'
import { launchBrowser, openContext, signIn, type Visit } from './browser.ts'
import { everyPage } from './pages.ts'

// How much is to be seen of sixty clients, and how little it weighs: what the design of the console
// was chosen for, kept so.

let browser: Browser
let worker: RunningWorker
let acme: Acme

beforeAll(async () => {
  ;[browser, worker] = await Promise.all([launchBrowser(), runWorker()])
  acme = await acmeIn(worker)
})

afterAll(async () => {
  await browser.close()
  await worker.close()
})

const DESKTOP = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }

/** A page of the console in a window of this size, for who is signed in. */
async function opened(path: string, visit: Visit = DESKTOP) {
  const context = await openContext(browser, visit)
  const page = await context.newPage()
  await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
  await page.goto(`${worker.issuer}/console${path}`)
  return { context, page, close: () => context.close() }
}

const clientPath = () => `/clients/${acme.ids.get('UPS integration')}`

/** The rows of the list that are seen whole without scrolling. */
const rowsAboveTheFold = (page: Page) =>
  page.locator('table[aria-label="API clients"] tbody tr').evaluateAll((rows) => {
    const bottoms = rows.map((row) => row.getBoundingClientRect().bottom)
    return bottoms.filter((bottom) => bottom <= innerHeight).length
  })

describe('the list of clients', () => {
  it('shows at least 12 clients on a desktop', async () => {
    const { page, close } = await opened('/clients')
    expect(await rowsAboveTheFold(page)).toBeGreaterThanOrEqual(12)
    await close()
  })

  it('shows at least 8 clients on a phone', async () => {
    const { page, close } = await opened('/clients', PHONE)
    expect(await rowsAboveTheFold(page)).toBeGreaterThanOrEqual(8)
    await close()
  })

  it('has no cell that is higher than 52 px', async () => {
    const { page, close } = await opened('/clients')
    const cells = page.locator('table[aria-label="API clients"] tbody :is(td, th)')
    const heights = await cells.evaluateAll((all) => all.map((cell) => cell.clientHeight))
    expect(heights.length).toBeGreaterThanOrEqual(50 * 4)
    expect(Math.max(...heights)).toBeLessThanOrEqual(52)
    await close()
  })

  it('weighs at most 20 KiB with its style sheet, and its script at most 4 KiB', async () => {
    const { page, close } = await opened('/clients')
    expect(await page.locator('table[aria-label="API clients"] tbody tr').count()).toBe(50)
    const sheet = await page.locator('link[rel=stylesheet]').getAttribute('href')
    const script = await page.locator('script[src]').getAttribute('src')
    const sizeOf = async (path: string | null) => {
      const answer = await page.request.get(worker.issuer + path)
      return gzipSync(await answer.body()).length
    }
    const size = (await sizeOf('/console/clients')) + (await sizeOf(sheet))
    expect(size).toBeLessThanOrEqual(20 * 1024)
    expect(await sizeOf(script)).toBeLessThanOrEqual(4 * 1024)
    await close()
  })
})

it.each([1440, 1024, 768, 390, 320])('the bar is at most 56 px high at %i px', async (width) => {
  const { page, close } = await opened('/clients', { width, height: 800 })
  const bar = page.locator('header.bar')
  expect(await bar.isVisible()).toBe(width <= 1024)
  expect((await bar.boundingBox())?.height ?? 0).toBeLessThanOrEqual(56)
  await close()
})

describe('a question', () => {
  it('keeps the focus within, and gives it back to its link when Escape closes it', async () => {
    const { page, close } = await opened(clientPath())
    const link = page.getByRole('link', { name: 'Suspend access…' })
    await link.focus()
    await page.keyboard.press('Enter')
    await page.locator('dialog[open]').waitFor()
    await expect.poll(() => page.locator('dialog[open] textarea:focus').count()).toBe(1)
    for (let presses = 0; presses < 10; presses++) {
      await page.keyboard.press('Tab')
      // Behind the last control the focus is with the browser itself, never on the page behind.
      const isWithin = await page.evaluate(() => {
        const { activeElement: focused, body } = document
        return focused === body || focused?.closest('dialog[open]') !== null
      })
      expect([presses, isWithin]).toEqual([presses, true])
    }
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('dialog').count()).toBe(0)
    expect(await link.evaluate((one) => one === document.activeElement)).toBe(true)
    await close()
  })

  it('from a menu gives the focus back to that menu', async () => {
    const { page, close } = await opened(clientPath())
    const menu = page.getByLabel('More actions', { exact: true })
    await menu.click()
    await page.getByRole('link', { name: 'Delete…', exact: true }).first().click()
    await page.locator('dialog[open]').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('dialog').count()).toBe(0)
    expect(await menu.evaluate((one) => one === document.activeElement)).toBe(true)
    await close()
  })
})

it('prints dark ink on white, without buttons, in the dark as well', async () => {
  const { page, close } = await opened(clientPath(), { ...DESKTOP, colorScheme: 'dark' })
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  const colours = await page.evaluate(() => {
    const of = (selector: string) => {
      const { color, backgroundColor } = getComputedStyle(
        document.querySelector(selector) as Element,
      )
      return [color, backgroundColor]
    }
    return { h1: of('h1'), body: of('body'), card: of('.card'), faint: of('.faint, .sub') }
  })
  const inks = [colours.h1, colours.body, colours.card, colours.faint].map(([ink]) =>
    lightness(ink),
  )
  expect(Math.max(...inks)).toBeLessThan(0.45)
  expect([lightness(colours.body[1]), lightness(colours.card[1])]).toEqual([1, 1])
  const controls = page.locator('button, .button, nav.main, .tabs, summary.icon')
  const shown = await controls.evaluateAll(
    (all) => all.filter((one) => one.checkVisibility()).length,
  )
  expect(shown).toBe(0)
  await close()
})

/** From 0 for black to 1 for white. */
function lightness(colour = ''): number {
  const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number)
  return Math.round(((r + g + b) / 3 / 255) * 100) / 100
}

it('asks nothing of another host', async () => {
  const { context, page, close } = await opened('/clients')
  const hosts = new Set<string>()
  context.on('request', (request) => hosts.add(new URL(request.url()).origin))
  const client = clientPath()
  for (const path of ['/clients', client, `${client}/activity`, `${client}/suspension`, '/setup']) {
    await page.goto(`${worker.issuer}/console${path}`)
  }
  expect([...hosts]).toEqual([worker.issuer])
  await close()
})

describe('every page', () => {
  const visited = everyPage()

  it('begins its heading at the same place', async () => {
    const context = await openContext(visited.browser, DESKTOP)
    const page = await context.newPage()
    await signIn(page, visited.worker.issuer, BOOTSTRAP_TOKEN)
    const starts = new Map<string, number>()
    for (const [name, path] of visited.paths) {
      await page.goto(visited.worker.issuer + path)
      const left = await page.locator('h1').evaluate((one) => one.getBoundingClientRect().left)
      starts.set(name, Math.round(left))
    }
    const first = starts.get('clients')
    expect([...starts].filter(([, left]) => left !== first)).toEqual([])
    await context.close()
  })
})
