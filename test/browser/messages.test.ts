import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'
import { axeFindings, launchBrowser, openContext, signIn, smallTargets } from './browser.ts'
import { banner, confirm, heading, questionOn } from './flows.ts'
import { loseAnswer } from './twice.ts'

// The console's messages: after a form, while it is at work, and behind a host's middleware.

let browser: Browser
let worker: RunningWorker

beforeAll(async () => {
  const host = 'test/support/secure-headers-host.toml'
  ;[browser, worker] = await Promise.all([launchBrowser(), runWorker({}, host)])
})

afterAll(async () => {
  await browser.close()
  await worker.close()
})

async function aClient(name: string): Promise<string> {
  const made = await worker.admin('POST', '/clients', { client_name: name })
  return `/console/clients/${String(made['client_id'])}`
}

async function signedIn(visit = {}) {
  const context = await openContext(browser, visit)
  const page = await context.newPage()
  await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
  return { context, page, issuer: worker.issuer }
}

const bannersOn = (page: Page) => page.locator('.banner').count()

it.each([
  ['with a script', true],
  ['without a script', false],
])(
  'INV-21: a banner is shown once, %s: not on a reload, not by Back, not by a link',
  async (_, javaScriptEnabled) => {
    const { context, ...console } = await signedIn({ javaScriptEnabled })
    const { page } = console
    const path = await aClient('Airflow (prod)')
    await page.goto(worker.issuer + path)
    await confirm(console, 'Suspend access…')
    await banner(console, 'Suspended Airflow (prod).')
    expect(page.url()).toBe(worker.issuer + path)
    await page.reload()
    expect(await bannersOn(page)).toBe(0)
    await confirm(console, 'Resume access…')
    await banner(console, 'Resumed Airflow (prod).')
    await confirm(console, 'Suspend access…')
    await page.locator('.banner').getByRole('button', { name: 'Undo' }).click()
    await banner(console, 'Resumed Airflow (prod).')
    await page.goBack()
    await heading(console, 'Airflow (prod)')
    expect(await bannersOn(page)).toBe(0)
    await page.goto(`${worker.issuer}${path}?done=suspended`)
    expect(await bannersOn(page)).toBe(0)
    await context.close()
  },
)

it('a form on its way says so, and is there again on a page that the browser kept', async () => {
  const { context, page } = await signedIn()
  await page.goto(`${worker.issuer}/console/roles/new`)
  await page.getByLabel('Name').fill('Reader')
  const button = page.locator('button', { hasText: /Creat/ })
  const seen: unknown[] = []
  await page.exposeFunction('noteButton', (text: string) => seen.push(text))
  await page.evaluate(() => {
    addEventListener('submit', (event) => {
      const { submitter } = event
      const { noteButton } = globalThis as unknown as { noteButton: (text: string) => void }
      if (!(submitter instanceof HTMLButtonElement)) return
      const announced = document.getElementById('announcer')?.textContent
      noteButton([submitter.textContent, submitter.ariaBusy, submitter.disabled, announced].join())
      event.preventDefault()
    })
  })
  await button.click()
  await expect.poll(() => seen).toEqual(['Creating…,true,true,Creating…'])
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
  expect(await button.textContent()).toBe('Create role')
  expect(await button.isEnabled()).toBe(true)
  await context.close()
})

it('a secret is not left behind by chance', async () => {
  const { context, page } = await signedIn()
  const asked: string[] = []
  let isLeaving = false
  page.on('dialog', (dialog) => {
    asked.push(dialog.type())
    void (isLeaving ? dialog.accept() : dialog.dismiss())
  })
  await page.goto(`${worker.issuer}/console/clients/new`)
  await page.getByLabel('Name').fill('Kafka bridge')
  await page.getByRole('button', { name: 'Create API client' }).click()
  const secret = page.locator('#client-secret')
  await secret.waitFor()
  await page.getByRole('button', { name: 'Done' }).click()
  expect(await secret.count()).toBe(1)
  await page.evaluate(() => history.back())
  await expect.poll(() => asked).toEqual(['beforeunload'])
  expect(await secret.count()).toBe(1)
  // A reload that is meant sends nothing again: it leads to the client.
  isLeaving = true
  await page.reload()
  await heading({ page, issuer: worker.issuer }, 'Kafka bridge')
  expect(await worker.admin('GET', '/clients?q=Kafka')).toMatchObject({ data: { length: 1 } })
  await context.close()
})

it('INV-21: who may not have seen a secret is told, and which others it has ended', async () => {
  const { context, page } = await signedIn({ javaScriptEnabled: true })
  const path = await aClient('Batch')
  await page.goto(worker.issuer + path)
  await page.getByRole('link', { name: 'Rotate secret…' }).first().click()
  const question = questionOn(page)
  await question.getByLabel(/End them now/).check()
  await loseAnswer(page, question.locator('button[type=submit]'))
  await page.reload()
  await page.getByText('one other secret ends at').waitFor()
  expect(await axeFindings(page)).toEqual([])
  expect(await smallTargets(page)).toEqual([])
  await context.close()
})

it('a host whose middleware hides the Origin of its own forms locks nobody out', async () => {
  const { context, ...console } = await signedIn()
  const { page } = console
  const posted: Promise<Record<string, string>>[] = []
  page.on('request', (request) => request.method() === 'POST' && posted.push(request.allHeaders()))
  const path = await aClient('Behind a host')
  const answer = await page.goto(worker.issuer + path)
  expect(answer?.headers()['referrer-policy']).toBe('no-referrer')
  await confirm(console, 'Suspend access…')
  await banner(console, 'Suspended Behind a host.')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await heading(console, /Sign in/)
  const headers = await Promise.all(posted)
  expect(headers.map(({ origin, 'sec-fetch-site': site }) => [origin, site])).toEqual([
    ['null', 'same-origin'],
    ['null', 'same-origin'],
  ])
  await context.close()
})

it('a form of another site is refused there too, though its Origin is hidden as well', async () => {
  const { context, page } = await signedIn()
  const path = (await aClient('Target')).replace('/console', '')
  await page.goto(worker.issuer + `/console${path}`)
  const token = await page.locator('input[name=form_token]').first().inputValue()
  const action = `${worker.issuer}/console${path}/suspension`
  const form = `<meta name="referrer" content="no-referrer"><form method="post" action="${action}">
    <input name="form_token" value="${token}"></form><script>document.forms[0].submit()</script>`
  const evil = await context.newPage()
  const [response] = await Promise.all([
    evil.waitForResponse((one) => one.url() === action),
    evil.goto(`data:text/html,${encodeURIComponent(form)}`).catch(() => null),
  ])
  // SameSite=Lax leaves the cookie out, so there is no session to ask about.
  expect([303, 403]).toContain(response.status())
  expect(await worker.admin('GET', path)).toMatchObject({ status: 'needs_attention' })
  await context.close()
})
