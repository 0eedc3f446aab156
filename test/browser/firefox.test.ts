import { existsSync } from 'node:fs'
import { type Browser, launch as launchFirefox, type Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'
import { PATIENCE } from './browser.ts'
import { tokenOf } from './token.ts'

// The main flows in a second engine: Gecko, by WebDriver BiDi. npm brings no Firefox: that of Debian
// (firefox-esr) is taken, or the one that FIREFOX names.

const FIREFOX = [process.env['FIREFOX'] ?? '', '/usr/bin/firefox-esr', '/usr/bin/firefox'].find(
  (path) => path !== '' && existsSync(path),
)
if (FIREFOX === undefined) console.log('Firefox is not on this machine, and not run')

let browser: Browser
let phone: Browser
let worker: RunningWorker

beforeAll(async () => {
  worker = await runWorker()
  if (!FIREFOX) return
  ;[browser, phone] = await Promise.all([launch(1280, 900), launch(500, 844)])
})

/** A window of this size: Firefox ESR cannot change it by WebDriver BiDi later. None is narrower than 500 px. */
function launch(width: number, height: number): Promise<Browser> {
  const args = [`--width=${width}`, `--height=${height}`]
  return launchFirefox({
    browser: 'firefox',
    executablePath: FIREFOX ?? '',
    defaultViewport: null,
    args,
  })
}

afterAll(async () => {
  await Promise.all([browser?.close(), phone?.close()])
  await worker.close()
})

/** Presses what has this role and name, and waits for the page that it leads to. */
async function press(page: Page, selector: string): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.click(selector)])
}

const fill = (page: Page, selector: string, text: string) => page.type(selector, text)
const textOf = (page: Page, selector: string) => page.$eval(selector, (found) => found.textContent)

async function signedIn(of = browser): Promise<Page> {
  const context = await of.createBrowserContext()
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE)
  await page.goto(`${worker.issuer}/console`)
  await fill(page, '#token', BOOTSTRAP_TOKEN)
  await press(page, 'button[type=submit]')
  return page
}

/** A client made by the form: its id and secret, as the page shows them. */
async function created(page: Page, name: string): Promise<{ id: string; secret: string }> {
  await page.goto(`${worker.issuer}/console/clients/new`)
  await fill(page, '#client_name', name)
  await press(page, '.form > .actions button')
  const [id, secret] = [await textOf(page, '#client-id'), await textOf(page, '#client-secret')]
  await page.click('input[type=checkbox][required]')
  await press(page, 'form[data-holds] button')
  return { id: id?.trim() ?? '', secret: secret?.trim() ?? '' }
}

if (FIREFOX === undefined) {
  it('Firefox is not on this machine', () => expect(FIREFOX).toBeUndefined())
} else
  describe('in Firefox', () => {
    it('a client is created, suspended in a dialog that keeps the focus, and resumed', async () => {
      const page = await signedIn()
      const { id, secret } = await created(page, 'Nightly export')
      await page.click('a[href$="/suspension"]')
      await page.waitForSelector('dialog[open] textarea:focus')
      for (let presses = 0; presses < 10; presses++) {
        await page.keyboard.press('Tab')
        expect(
          await page.$eval(
            'dialog[open]',
            (found) =>
              found.contains(document.activeElement) || document.activeElement === document.body,
          ),
        ).toBe(true)
      }
      await page.keyboard.press('Escape')
      await page.waitForSelector('a[href$="/suspension"]:focus')
      await page.click('a[href$="/suspension"]')
      await page.waitForSelector('dialog[open] textarea')
      await fill(page, 'dialog[open] textarea', 'SEC-881')
      await press(page, 'dialog[open] button[type=submit]')
      expect(await textOf(page, '.banner')).toContain('Suspended Nightly export.')
      expect(await tokenOf(worker.issuer, id, secret)).toContain('invalid_client')
      await page.click('a[href$="/resumption"]')
      await page.waitForSelector('dialog[open] button[type=submit]')
      await press(page, 'dialog[open] button[type=submit]')
      // It has no permission yet: it is known again, and may have nothing.
      expect(await tokenOf(worker.issuer, id, secret)).toContain('invalid_scope')
    })

    it('it is suspended by the page behind the dialog, too', async () => {
      const page = await signedIn()
      const { id, secret } = await created(page, 'Partner import')
      await page.goto(`${worker.issuer}/console/clients/${id}/suspension`)
      await fill(page, 'textarea', 'SEC-882')
      await press(page, '.ask button[type=submit]')
      expect(await textOf(page, '.banner')).toContain('Suspended Partner import.')
      expect(await tokenOf(worker.issuer, id, secret)).toContain('invalid_client')
    })

    it('the menu opens beneath its button and closes by a click outside', async () => {
      const page = await signedIn()
      await created(page, 'Fleet tracker')
      await page.click('.head .menu summary')
      const [button, menu] = await Promise.all(
        ['.head .menu summary', '.head .menu ul'].map((selector) =>
          page.$eval(selector, (found) => found.getBoundingClientRect().toJSON() as DOMRect),
        ),
      )
      expect(menu?.top).toBeGreaterThanOrEqual(button?.bottom ?? 0)
      await page.click('h1')
      expect(await page.$('.menu[open]')).toBeNull()
    })

    it('nothing is wider than a narrow window, and the menu of the bar leads on', async () => {
      const page = await signedIn(phone)
      for (const path of ['/clients', '/clients/new', '/activity', '/signing-keys', '/setup']) {
        await page.goto(`${worker.issuer}/console${path}`)
        const widths = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement
          return [scrollWidth, clientWidth]
        })
        expect([path, widths[0]]).toEqual([path, widths[1]])
      }
      await page.click('.bar summary')
      await press(page, '.bar a[href$="/roles"]')
      expect(await textOf(page, 'h1')).toBe('Roles')
    })
  })
