import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ENTRIES } from '../attacks/who-may.ts'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'
import { launchBrowser, openContext, signIn } from './browser.ts'
import { FORMS, HARMLESS, ready, type Ready } from './forms.ts'
import { tokenOf } from './token.ts'
import { clickTwice, enterTwice, faraway, loseAnswer } from './twice.ts'

const WAYS = ['two clicks', 'Enter twice', 'a lost answer', 'Back'] as const
type Way = (typeof WAYS)[number]
type Case = { route: string; way: Way; javaScriptEnabled: boolean }

/**
 * The most important forms. For the others, two clicks without a script are enough: `EVERY_FORM=1`
 * tries all ways.
 */
const IMPORTANT = new Set(['POST /clients', 'POST /clients/:client_id/secrets', 'POST /apis'])
const isEssential = ({ route, way, javaScriptEnabled }: Case) =>
  javaScriptEnabled
    ? way === 'two clicks' && IMPORTANT.has(route)
    : way === 'two clicks' || IMPORTANT.has(route)

const CASES = Object.keys(FORMS)
  .flatMap((route) => WAYS.map((way) => ({ route, way })))
  .flatMap((one) => [true, false].map((javaScriptEnabled) => ({ ...one, javaScriptEnabled })))
  .filter((one) => process.env['EVERY_FORM'] !== undefined || isEssential(one))

const GROUPS = {
  OIDC_ISSUER: 'https://id.example',
  OIDC_CLIENT_ID: 'console',
  OIDC_CLIENT_SECRET: 'secret',
  OIDC_ACCESS_CLAIM: 'groups',
  OIDC_VIEW_VALUES: 'staff',
}

let browser: Browser
let worker: RunningWorker
let cookies: Awaited<ReturnType<BrowserContext['cookies']>>

beforeAll(async () => {
  ;[browser, worker] = await Promise.all([launchBrowser(), runWorker(GROUPS)])
  const context = await openContext(browser)
  await signIn(await context.newPage(), worker.issuer, BOOTSTRAP_TOKEN)
  cookies = await context.cookies()
  await context.close()
})

afterAll(async () => {
  await browser.close()
  await worker.close()
})

it('INV-21: no form of the console is without a row here', () => {
  const forms = Object.keys(ENTRIES).filter((route) => /^POST \/console\/(?!sign-)/.test(route))
  const rows = [...Object.keys(FORMS), ...HARMLESS].map((row) => row.replace(' ', ' /console'))
  expect(rows.sort()).toEqual(forms.sort())
})

const sendTwice: Record<Way, (page: Page, button: ReturnType<Page['locator']>) => Promise<void>> = {
  'two clicks': (page, button) =>
    faraway(page, async () => settled(page, () => clickTwice(page, button))),
  'Enter twice': (page, button) =>
    faraway(page, async () => settled(page, () => enterTwice(page, button))),
  'a lost answer': async (page, button) => {
    await loseAnswer(page, button)
    await page.reload()
  },
  Back: async (page, button) => {
    await button.click()
    await messageOn(page).waitFor()
    await page.goBack()
  },
}

const messageOn = (page: Page) => page.locator('.banner, #client-secret').first()

/** Until the page is there that the last press leads to. */
async function settled(page: Page, press: () => Promise<void>): Promise<void> {
  await press()
  await messageOn(page).waitFor()
}

/** The person has a secret that works, by one click more where they had not seen it; and no other does. */
async function hasTheSecret(page: Page): Promise<void> {
  const repair = page.getByRole('button', { name: 'Generate another secret' })
  if (await repair.isVisible()) {
    expect(await page.content()).not.toMatch(/pc_\w{12}_/)
    await repair.click()
  }
  const id = (await page.locator('#client-id').textContent()) ?? ''
  const secret = (await page.locator('#client-secret').textContent()) ?? ''
  expect(await tokenOf(worker.issuer, id, secret)).not.toContain('invalid_client')
  const { secrets } = await worker.admin('GET', `/clients/${id}`)
  expect(secrets).toHaveLength(1)
}

async function expectMessage(page: Page, { message: text }: Ready): Promise<void> {
  if (text === 'a secret') return hasTheSecret(page)
  expect(await page.locator('.banner').textContent()).toContain(text)
}

/** Back shows no banner of then, and no secret; what was done is done. */
async function expectNothingOld(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  expect(await page.locator('.banner, #client-secret').count()).toBe(0)
}

/** How often a hurried person sent the form. */
const sent = { withScript: [] as number[], without: [] as number[] }
const noteSent = (hasScript: boolean, times: number) =>
  (hasScript ? sent.withScript : sent.without).push(times)

/** Once more where the browser itself stood still: a page that says something wrong is never asked twice. */
async function runCase(one: Case): Promise<void> {
  await tryCase(one).catch((error: Error) => {
    if (error.name !== 'TimeoutError') throw error
    console.warn(`${one.route}, ${one.way}: once more after ${error.message}`)
    return tryCase(one)
  })
}

async function tryCase({ route, way, javaScriptEnabled }: Case): Promise<void> {
  const one = await ready(worker, route)
  const context = await openContext(browser, { javaScriptEnabled })
  await context.addCookies(cookies)
  const page = await context.newPage()
  page.on('dialog', (dialog) => void dialog.accept())
  await page.goto(`${worker.issuer}/console${one.path}`)
  const button = await one.form.fill(page, one.thing)
  const posts: string[] = []
  page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()))
  await sendTwice[way](page, button)
  if (way === 'two clicks' || way === 'Enter twice') noteSent(javaScriptEnabled, posts.length)
  await (way === 'Back' ? expectNothingOld(page) : expectMessage(page, one))
  await context.close()
}

const AT_ONCE = 4

describe('INV-21: a form that is sent twice', () => {
  it(`loses nothing, and tells what the first one did: ${CASES.length} cases`, async () => {
    const failures: string[] = []
    const left = [...CASES]
    const some = async () => {
      for (let one = left.pop(); one; one = left.pop()) {
        const name = `${one.route}, ${one.way}, ${one.javaScriptEnabled ? 'with' : 'without'} a script`
        await runCase(one).catch((error: Error) => failures.push(`${name}: ${error.message}`))
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, some))
    expect(failures.join('\n')).toBe('')
    // A script sends nothing the second time; without one it is sent, unless this machine was slower still.
    expect(new Set(sent.withScript)).toEqual(new Set([1]))
    expect(sent.without.filter((times) => times === 2).length).toBeGreaterThan(
      sent.without.length / 2,
    )
  }, 1_200_000)
})
