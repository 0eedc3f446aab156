import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pemOf } from '../support/client-certificates/presented.ts'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'
import { launchBrowser, openContext, overflows, screenshot, signIn } from './browser.ts'
import { tokenOf } from './token.ts'

// Names as long as people may give them, in tables that have little room.

const NAME =
  'Nightly export of every invoice to the data warehouse of the finance department, Hamburg'
const SUBJECT = 'CN=nightly-export,OU=Invoices,O=Example GmbH,L=Hamburg,C=DE'
const WIDTHS = [1440, 1280, 1100, 1024, 768, 700, 390, 320]

let browser: Browser
let worker: RunningWorker
let client = ''

beforeAll(async () => {
  ;[browser, worker] = await Promise.all([launchBrowser(), runWorker()])
  const manager = await worker.admin('POST', '/clients', {
    client_name: NAME,
    permissions: [{ audience: worker.issuer, permission: 'clients:manage' }],
  })
  const id = String(manager['client_id'])
  const token = await tokenOf(worker.issuer, id, String(manager['client_secret']))
  const made = await worker.admin('POST', '/clients', { client_name: `${NAME} itself` })
  client = String(made['client_id'])
  for (const body of [{ subject_dn: SUBJECT }, { pem: pemOf('self') }]) {
    const added = await fetch(`${worker.issuer}/admin/v1/clients/${client}/certificates`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(added.status).toBe(201)
  }
})

afterAll(async () => {
  await browser.close()
  await worker.close()
})

async function signedIn() {
  const context = await openContext(browser)
  const page = await context.newPage()
  await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
  return { page, close: () => context.close() }
}

/** The tables that are wider than the card that they are in, by their names. */
const tooWide = (page: Page) =>
  page
    .locator('.card table')
    .evaluateAll((tables) =>
      tables
        .filter((one) => one.clientWidth > (one.closest('.card')?.clientWidth ?? 0))
        .map((one) => one.ariaLabel),
    )

/** How wide the cells in the column with this heading are. */
const widthOf = (page: Page, heading: string) =>
  page
    .getByRole('columnheader', { name: heading, exact: true })
    .evaluate((cell) => cell.getBoundingClientRect().width)

describe('a client with a long name, and certificates known by one', () => {
  it.each(['', '/activity'])(
    'has each table within its card, whatever the width: %j',
    async (at) => {
      const { page, close } = await signedIn()
      for (const path of [`/clients/${client}${at}`, '/activity']) {
        await page.goto(`${worker.issuer}/console${path}`)
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 })
          await screenshot(page, `long-names-${path.replaceAll(/\W|client_\w+/g, '')}-${width}`)
          expect([path, width, await tooWide(page), await overflows(page)]).toEqual([
            path,
            width,
            [],
            false,
          ])
        }
      }
      await close()
    },
  )

  it.each([
    [1440, 400],
    [768, 200],
  ])(
    'leaves room in the activity for what happened: at %i px, %i px or more',
    async (width, room) => {
      const { page, close } = await signedIn()
      await page.setViewportSize({ width, height: 900 })
      await page.goto(`${worker.issuer}/console/activity`)
      expect(await widthOf(page, 'Event')).toBeGreaterThanOrEqual(room)
      await close()
    },
  )

  it('has no permission broken by the long name of the role that gives it', async () => {
    const audience = 'https://billing.example'
    const permission = 'invoices:read'
    const description = 'Read the invoices of every customer'
    await worker.admin('POST', '/apis', {
      audience,
      name: 'Billing',
      permissions: [{ permission, description }],
    })
    const permissions = [{ audience, permission }]
    const role = await worker.admin('POST', '/roles', { name: NAME, permissions })
    const given = { client_name: 'Reader', roles: [role['role_id']] }
    const made = await worker.admin('POST', '/clients', given)
    const { page, close } = await signedIn()
    await page.goto(`${worker.issuer}/console/clients/${String(made['client_id'])}`)
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 })
      const boxes = await page.locator('.permissions li > *').evaluateAll((parts) =>
        parts.map((part) => {
          const { width: wide, height } = part.getBoundingClientRect()
          return [Math.round(wide / 100), height]
        }),
      )
      const [[, name] = [], [wide] = []] = boxes
      expect([width, Number(name) <= 22, Number(wide) >= 1, await overflows(page)]).toEqual([
        width,
        true,
        true,
        false,
      ])
    }
    await close()
  })

  it('tells each time in the time of the reader', async () => {
    const { page, close } = await signedIn()
    await page.goto(`${worker.issuer}/console/clients/${client}`)
    const titles = await page
      .locator('time[title]')
      .evaluateAll((times) => times.map((time) => time.getAttribute('title') ?? ''))
    expect(titles.length).toBeGreaterThan(3)
    const isTold = (title: string) => /UTC \(.*\d:\d\d.* your time\)$/.test(title)
    expect(titles.filter((title) => !isTold(title))).toEqual([])
    await close()
  })
})
