import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningWorker, runWorker } from '../support/node/harness.ts'
import { launchBrowser, openPage } from './browser.ts'
import { clickTwice, faraway } from './twice.ts'

// The script adds dialogs, menus, copying and keys.

let browser: Browser
let worker: RunningWorker
let client = ''

beforeAll(async () => {
  ;[browser, worker] = await Promise.all([launchBrowser(), runWorker()])
  const made = await worker.admin('POST', '/clients', { client_name: 'Export' })
  client = `/clients/${String(made['client_id'])}`
})

afterAll(async () => {
  await browser.close()
  await worker.close()
})

const opened = (path: string) => openPage(browser, worker.issuer, path)
const dialogsOn = (page: Page) => page.locator('dialog')
const isFocused = (one: Locator) => one.evaluate((found) => found === document.activeElement)

it('a dialog stays open when a selection ends outside it, and is closed by a click there', async () => {
  const { page, close } = await opened(client)
  await page.getByRole('link', { name: 'Suspend access…' }).click()
  const reason = page.getByLabel('Reason')
  await reason.fill('Token in a public log')
  const box = await reason.boundingBox()
  if (!box) throw new Error('the field is not to be seen')
  await page.mouse.move(box.x + 100, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(5, box.y + box.height / 2, { steps: 5 })
  await page.mouse.up()
  expect(await reason.inputValue()).toBe('Token in a public log')
  expect(await page.evaluate(() => String(getSelection()))).not.toBe('')
  await page.mouse.click(5, 5)
  await expect.poll(() => dialogsOn(page).count()).toBe(0)
  await close()
})

it('a link that is pressed twice opens one dialog, and says that it is opening', async () => {
  const { page, close } = await opened(client)
  const link = page.getByRole('link', { name: 'Suspend access…' })
  await faraway(page, async () => {
    await clickTwice(page, link)
    expect(await link.getAttribute('aria-busy')).toBe('true')
    expect(await page.locator('#announcer').textContent()).toBe('Opening…')
    await page.locator('dialog[open]').waitFor()
  })
  await page.waitForTimeout(300)
  expect(await dialogsOn(page).count()).toBe(1)
  expect(await link.getAttribute('aria-busy')).toBeNull()
  // The second of two links is the one that opens.
  await page.keyboard.press('Escape')
  await faraway(page, async () => {
    await link.click()
    await page.getByRole('link', { name: 'Rotate secret…' }).click()
    await page.locator('dialog[open]').waitFor()
  })
  await page.waitForTimeout(300)
  expect(await dialogsOn(page).count()).toBe(1)
  expect(await page.locator('dialog h1').textContent()).toContain('Rotate')
  await close()
})

it('a menu closes when the focus leaves it, and not before', async () => {
  const { page, close } = await opened(client)
  const menu = page.locator('.menu', { has: page.getByLabel('More actions', { exact: true }) })
  await menu.locator('summary').focus()
  await page.keyboard.press('Enter')
  const entries = await menu.getByRole('link').count()
  expect(entries).toBeGreaterThan(1)
  for (let entry = 0; entry < entries; entry++) {
    await page.keyboard.press('Tab')
    expect(await isFocused(menu.getByRole('link').nth(entry))).toBe(true)
  }
  await page.keyboard.press('Tab')
  expect(await menu.getAttribute('open')).toBeNull()
  // Safari focuses main when an entry is pressed: the entry must still be there for the click.
  await menu.locator('summary').click()
  await page.locator('main').focus()
  expect(await menu.getAttribute('open')).toBe('')
  await menu.locator('summary').focus()
  await page.keyboard.press('Shift+Tab')
  expect(await menu.getAttribute('open')).toBeNull()
  await close()
})

it('Copy is there again two seconds after it was pressed last', async () => {
  const { page, close } = await opened(client)
  await page.context().grantPermissions(['clipboard-write', 'clipboard-read'])
  const copy = page.locator('button[data-copy]:visible').first()
  const isCopied = () => expect.poll(() => copy.textContent()).toBe('Copied')
  await page.clock.install()
  await page.clock.pauseAt(Date.now() + 60_000)
  await copy.click()
  await isCopied()
  await page.clock.runFor(1500)
  await copy.click()
  await page.clock.runFor(1500)
  await isCopied()
  await page.clock.runFor(1000)
  expect(await copy.textContent()).toBe('Copy Client ID')
  await close()
})

const pathOf = (page: Page) => new URL(page.url()).pathname

it('a key leaves a page only where nothing was typed and no control has the focus', async () => {
  const { page, close } = await opened('/clients/new')
  const description = page.getByLabel('Description')
  const stays = async () => {
    for (const key of ['c', 'g', 'f', '/']) await page.keyboard.press(key)
    await page.waitForTimeout(300)
    expect(pathOf(page)).toBe('/console/clients/new')
  }
  const cancel = page.getByRole('link', { name: 'Cancel' })
  await cancel.focus()
  await stays()
  await page.evaluate(() => (document.activeElement as HTMLElement).blur())
  await description.fill('Nightly')
  await page.locator('main').focus()
  await stays()
  await description.fill('')
  await page.getByLabel(/^Public key/).check()
  await page.locator('main').focus()
  await stays()
  await page.getByLabel(/^Secret/).check()
  // Refused, it comes again with what was typed.
  await description.fill('Nightly')
  await page.getByLabel('Name').evaluate((field) => field.removeAttribute('required'))
  await page.getByRole('button', { name: 'Create API client' }).click()
  await page.locator('.problems').waitFor()
  await page.locator('main').focus()
  await page.keyboard.press('g')
  await page.waitForTimeout(300)
  expect(await description.inputValue()).toBe('Nightly')
  await page.goto(`${worker.issuer}/console/clients/new`)
  await page.keyboard.press('f')
  await page.waitForURL(/\/console\/find$/)
  await page.locator('main').focus()
  await page.keyboard.press('g')
  await page.waitForURL(/\/console\/clients$/)
  await page.keyboard.press('/')
  expect(await isFocused(page.locator('input[type=search]'))).toBe(true)
  await close()
})

it('the keys can be switched off, and on again', async () => {
  const { page, close } = await opened('/find')
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  const choose = async (isOn: boolean) => {
    await dialog.getByLabel('Use these keys').setChecked(isOn)
    await dialog.getByRole('button', { name: 'Close' }).click()
    await expect.poll(() => dialogsOn(page).count()).toBe(0)
  }
  await page.locator('main').focus()
  await page.keyboard.press('?')
  await choose(false)
  for (const path of ['/find', '/setup']) {
    await page.goto(`${worker.issuer}/console${path}`)
    for (const key of ['?', 'g', 'c', '/']) await page.keyboard.press(key)
    await page.waitForTimeout(300)
    expect([pathOf(page), await dialogsOn(page).count()]).toEqual([`/console${path}`, 0])
  }
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click()
  expect(await dialog.getByLabel('Use these keys').isChecked()).toBe(false)
  await choose(true)
  await page.locator('main').focus()
  await page.keyboard.press('c')
  await page.waitForURL(/\/console\/clients\/new$/)
  await close()
})

it('the keys are those of what the person may do', async () => {
  const { page, close } = await opened('/setup')
  const listed = async () => {
    await page.keyboard.press('?')
    const keys = await page.locator('dialog dt').allTextContents()
    await page.keyboard.press('Escape')
    return keys
  }
  expect(await listed()).toEqual(['/', 'c', 'g', 'f', '?'])
  // The page of a viewer has this attribute (test/golden/console/frame/page-of-a-viewer.txt).
  await page.route('**/console/setup', async (route) => {
    const answer = await route.fetch()
    const body = (await answer.text()).replaceAll(
      '<nav class="main"',
      '<nav class="main" data-view-only=""',
    )
    await route.fulfill({ response: answer, body })
  })
  await page.reload()
  expect(await listed()).toEqual(['/', 'g', 'f', '?'])
  await page.keyboard.press('c')
  await page.waitForTimeout(300)
  expect(pathOf(page)).toBe('/console/setup')
  await close()
})
