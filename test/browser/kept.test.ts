import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'
import { CLIENT_ID, CLIENT_SECRET, runIdentityProvider } from '../support/node/identity-provider.ts'
import { axeFindings, launchBrowser, openContext, signIn, smallTargets } from './browser.ts'
import { banner, heading, signOut, unfold } from './flows.ts'

// INV-21: what was typed is not lost, when the session has ended, when a new one began in another tab, and
// when somebody else saved first. With a script and without.

let browser: Browser
let worker: RunningWorker
let provider: Awaited<ReturnType<typeof runIdentityProvider>>

beforeAll(async () => {
  provider = await runIdentityProvider()
  const oidc = { OIDC_ISSUER: provider.issuer, OIDC_CLIENT_ID: CLIENT_ID }
  const people = { OIDC_CLIENT_SECRET: CLIENT_SECRET, ADMINISTRATORS: 'ada@example.com' }
  ;[browser, worker] = await Promise.all([launchBrowser(), runWorker({ ...oidc, ...people })])
  provider.serve(worker.issuer, true)
})

afterAll(async () => {
  await browser.close()
  await worker.close()
  await provider.close()
})

const BOTH = [
  ['with a script', true],
  ['without a script', false],
] as const

let roles = 0

/** A tab in which a role is half made. */
async function typing(context: BrowserContext) {
  const [page, name] = [await context.newPage(), `Reader ${++roles}`]
  await page.goto(`${worker.issuer}/console/roles/new`)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Description').fill('What it is <for>,\nin two lines')
  await unfold(page, 'Administration of Portcullis')
  await page.getByLabel('clients:read').check()
  return { page, name, issuer: worker.issuer }
}

type Typing = Awaited<ReturnType<typeof typing>>

const send = ({ page }: Typing) => page.getByRole('button', { name: 'Create role' }).click()

/** The form is there as it was left, with a word why, and does what it says when it is sent. */
async function comesAgain(tab: Typing, why: RegExp): Promise<void> {
  const { page, name } = tab
  await page.getByRole('alert').filter({ hasText: why }).waitFor()
  expect(await page.getByLabel('Name').inputValue()).toBe(name)
  expect(await page.getByLabel('Description').inputValue()).toBe('What it is <for>,\nin two lines')
  expect(await page.getByLabel('clients:read').isChecked()).toBe(true)
  const { data } = await worker.admin('GET', '/roles')
  expect(JSON.stringify(data)).not.toContain(name)
  await send(tab)
  await banner(tab, `Created ${name}.`)
}

const SIGNED_OUT = /You were signed out before this form was sent, so nothing was changed/

describe.each(BOTH)('INV-21: what was typed is there again, %s', (_, javaScriptEnabled) => {
  const open = () => openContext(browser, { javaScriptEnabled })

  it('after a sign-in with the bootstrap token, at the second attempt too', async () => {
    const context = await open()
    const other = await context.newPage()
    await signIn(other, worker.issuer, BOOTSTRAP_TOKEN)
    const tab = await typing(context)
    await signOut({ page: other, issuer: worker.issuer })
    await send(tab)
    await heading(tab, /Sign in/)
    await tab.page.getByText('Your entries are kept on this page').waitFor()
    if (javaScriptEnabled) {
      expect(await axeFindings(tab.page)).toEqual([])
      expect(await smallTargets(tab.page)).toEqual([])
    }
    for (const token of ['wrong', BOOTSTRAP_TOKEN]) {
      await tab.page.getByLabel('Bootstrap token').fill(token)
      await tab.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    }
    await comesAgain(tab, SIGNED_OUT)
    await context.close()
  })

  it('after a new sign-in in another tab', async () => {
    const context = await open()
    const other = await context.newPage()
    await signIn(other, worker.issuer, BOOTSTRAP_TOKEN)
    const tab = await typing(context)
    await signIn(other, worker.issuer, BOOTSTRAP_TOKEN)
    await send(tab)
    await comesAgain(tab, /opened before you last signed in, so nothing was changed/)
    await context.close()
  })

  it('after a sign-in at the OpenID provider', async () => {
    const context = await open()
    const other = await context.newPage()
    await other.goto(`${worker.issuer}/console/sign-in/oidc?next=/console/clients`)
    await throughProvider(other)
    await other.waitForURL(/\/console\/clients/)
    const tab = await typing(context)
    await signOut({ page: other, issuer: worker.issuer })
    await send(tab)
    const link = tab.page.getByRole('link', { name: 'Sign in with OpenID Connect' })
    if (javaScriptEnabled) {
      // In this window the browser keeps the form, which cannot be read there.
      await link.click()
      await throughProvider(tab.page)
    } else {
      const [window] = await Promise.all([context.waitForEvent('page'), link.click()])
      await throughProvider(window)
      await window.getByRole('heading', { name: 'You are signed in' }).waitFor()
      await tab.page.getByRole('button', { name: 'Show my form again' }).click()
    }
    await comesAgain(tab, SIGNED_OUT)
    expect(await tab.page.evaluate('sessionStorage.length')).toBe(0)
    await context.close()
  })

  it('beside what somebody else saved first, and either can be had', async () => {
    const context = await open()
    const page = await context.newPage()
    await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
    const role = { name: `Reader ${++roles}`, description: 'Old', permissions: [] }
    const path = `/roles/${String((await worker.admin('POST', '/roles', role))['role_id'])}`
    const tab = { page, name: role.name, issuer: worker.issuer }
    for (const choice of ['Take theirs', 'Save mine']) {
      await page.goto(`${worker.issuer}/console${path}`)
      await page.getByLabel('Description').fill('Mine')
      await unfold(page, 'Administration of Portcullis')
      await page.getByLabel('audit:read').check()
      const theirs = `Theirs, before ${choice}`
      await worker.admin('PATCH', path, { description: theirs })
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByText('Your entries are kept').waitFor()
      expect(await page.getByLabel('Description').inputValue()).toBe('Mine')
      expect(await page.locator('.saved').allTextContents()).toEqual([
        expect.stringContaining(theirs),
        'Saved now: not ticked',
      ])
      if (javaScriptEnabled) expect(await axeFindings(page)).toEqual([])
      if (choice === 'Take theirs') {
        await page.getByRole('link', { name: choice }).click()
        await page.getByRole('button', { name: 'Save', exact: true }).waitFor()
        expect(await page.getByLabel('Description').inputValue()).toBe(theirs)
      } else {
        await page.getByRole('button', { name: choice }).click()
        await banner(tab, `Saved ${role.name}.`)
        expect(await page.getByLabel('Description').inputValue()).toBe('Mine')
      }
    }
    await context.close()
  })
})

/** Through the login and the consent of the provider, as far as it asks for them. */
async function throughProvider(page: Page): Promise<void> {
  const login = page.locator('input[name=login]')
  const button = page.locator('button[type=submit]')
  await page.waitForLoadState()
  while (page.url().startsWith(provider.issuer)) {
    const before = page.url()
    if ((await login.count()) > 0) {
      await login.fill('ada')
      await page.locator('input[name=password]').fill('any')
    }
    await button.click()
    await page.waitForURL((url) => url.href !== before)
    await page.waitForLoadState()
  }
}
