import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'
import { acmeIn } from './acme/acme.ts'
import {
  axeFindings,
  launchBrowser,
  openContext,
  screenshot,
  signIn,
  smallTargets,
} from './browser.ts'

let browser: Browser
let worker: RunningWorker

beforeAll(async () => {
  browser = await launchBrowser()
  worker = await runWorker()
  await acmeIn(worker)
})

afterAll(async () => {
  await browser.close()
  await worker.close()
})

type Options = Parameters<typeof openContext>[1]

async function opened(options: Options, path = '/clients') {
  const context = await openContext(browser, options)
  const page = await context.newPage()
  await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
  await page.goto(`${worker.issuer}/console${path}`)
  return { context, page }
}

/** How many rows of the list end above the fold, and the height of the highest cell. */
function measured(page: Page) {
  return page.evaluate(() => {
    const boxes = [...document.querySelectorAll('tbody tr')].map((row) =>
      row.getBoundingClientRect(),
    )
    const cells = [...document.querySelectorAll('tbody :is(td, th)')]
    return {
      above: boxes.filter((box) => box.bottom <= innerHeight).length,
      highest: Math.max(...cells.map((cell) => cell.getBoundingClientRect().height)),
      overflows: document.documentElement.scrollWidth > innerWidth,
    }
  })
}

describe('the list of the clients of a company', () => {
  it.each([
    [1440, 900, 12],
    [1024, 900, 12],
    [390, 844, 8],
  ])(
    'at %i by %i pixels has %i rows or more above the fold, none of them high',
    async (width, height, rows) => {
      const { context, page } = await opened({ width, height })
      await screenshot(page, `client-list-${width}`)
      const { above, highest, overflows } = await measured(page)
      expect([above >= rows, highest <= 52, overflows]).toEqual([true, true, false])
      expect(await smallTargets(page)).toEqual([])
      if (width === 1440) expect(await axeFindings(page)).toEqual([])
      await context.close()
    },
  )

  it('goes on to its next page and back', async () => {
    const { context, page } = await opened({ width: 1440 })
    const first = await page.locator('tbody tr').first().textContent()
    await page.getByRole('link', { name: 'Next' }).click()
    await page.getByText('51–').first().waitFor()
    await page.getByRole('link', { name: 'Previous' }).click()
    await page.getByText('1–50 of').first().waitFor()
    expect(await page.locator('tbody tr').first().textContent()).toBe(first)
    await context.close()
  })
})

/** The filters that show less than their whole text, by their labels. */
const cutFilters = (page: Page) =>
  page.locator('.filters :is(select, input[type=date])').evaluateAll((filters) =>
    (filters as HTMLElement[])
      .filter((filter) => {
        const free = filter.cloneNode(true) as HTMLSelectElement
        free.style.maxWidth = 'none'
        if ('value' in filter) free.value = String(filter.value)
        filter.after(free)
        const isCut = filter.offsetWidth < free.offsetWidth
        free.remove()
        return isCut
      })
      .map((filter) => filter.ariaLabel),
  )

it('filters show what is chosen, and dates their year, whatever the width', async () => {
  const { context, page } = await opened({ width: 1440 }, '/activity?since=2026-11-01')
  for (const path of ['/activity?since=2026-11-01&action=secret.retired', '/clients?unused=90']) {
    await page.goto(`${worker.issuer}/console${path}`)
    for (const width of [1440, 1280, 1024, 768, 360]) {
      await page.setViewportSize({ width, height: 800 })
      expect([path, width, await cutFilters(page)]).toEqual([path, width, []])
    }
  }
  await context.close()
})

/** How each of these looks where only grounds, lines and text are told apart, with the chosen one first. */
const looksOf = (page: Page, links: string, chosen: string) =>
  page.locator(links).evaluateAll((all, which) => {
    const lookOf = (one: Element) => {
      const { backgroundColor, borderBottom } = getComputedStyle(one)
      return `${backgroundColor} ${borderBottom}`
    }
    const looks = new Set(all.filter((one) => !one.matches(which)).map(lookOf))
    return [all.filter((one) => one.matches(which)).map(lookOf), [...looks]]
  }, chosen)

it('in forced colours the page, the tab and the choice that are shown are marked', async () => {
  const { context, page } = await opened({})
  await page.emulateMedia({ forcedColors: 'active' })
  const isMarked = async (links: string, chosen: string) => {
    const [marked = [], others = []] = await looksOf(page, links, chosen)
    expect([links, marked.length, others.length]).toEqual([links, 1, 1])
    expect(marked).not.toEqual(others)
  }
  await isMarked('.side nav.main a', '[aria-current]')
  await isMarked('.tabs a', '[aria-current]')
  await page.goto(`${worker.issuer}/console/clients/new`)
  await page.getByLabel('Name').fill('In high contrast')
  await page.getByRole('button', { name: 'Create API client' }).click()
  await page.locator('#client-secret').waitFor()
  await isMarked('.choices > label', ':has(:checked)')
  await context.close()
})

describe.each([
  ['with a script', true],
  ['without a script', false],
])('a person %s', (_, javaScriptEnabled) => {
  it('suspends two clients with one reason, and resumes them', async () => {
    const { context, page } = await opened({ javaScriptEnabled })
    const bar = page.locator('.bulk')
    expect(await bar.isVisible()).toBe(false)
    const names = ['UPS integration', 'Refund bot']
    for (const name of names) await page.getByLabel(`Select ${name}`).check()
    await bar.getByRole('button', { name: 'Suspend…' }).click()
    await page.getByRole('heading', { name: 'Suspend access of 2 API clients?' }).waitFor()
    for (const name of names) expect(await page.getByText(name).count()).toBe(1)
    await page.getByLabel('Reason').fill('SEC-881')
    await page.getByRole('button', { name: 'Suspend access' }).click()
    await page.locator('.banner', { hasText: 'Suspended 2 API clients.' }).waitFor()
    await screenshot(page, `bulk-suspended-${javaScriptEnabled}`)
    await page.getByRole('link', { name: 'Resume these…' }).click()
    await page.getByRole('button', { name: 'Resume access' }).click()
    await page.locator('.banner', { hasText: 'Resumed 2 API clients.' }).waitFor()
    await context.close()
  })

  it('who pastes a secret into the search has it in no address that a script can keep it from', async () => {
    const { context, page } = await opened({ javaScriptEnabled })
    const addresses: string[] = []
    page.on('framenavigated', (frame) => addresses.push(frame.url()))
    const secret = 'pc_3hEUSbQzk1Wd_abcdefghijklmnop'
    await page.getByLabel('Search API clients').fill(secret)
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await page.waitForURL(/\/console\/find$/)
    if (javaScriptEnabled) {
      await page.goto(`${worker.issuer}/console/activity`)
      await page.getByLabel('Client name or ID').fill(`CLIENT_SECRET=${secret}`)
      await page.getByRole('button', { name: 'Filter' }).click()
      await page.waitForURL(/\/console\/find$/)
    }
    expect(addresses.filter((address) => address.includes('pc_'))).toEqual([])
    expect(page.url()).toBe(`${worker.issuer}/console/find`)
    await context.close()
  })
})
