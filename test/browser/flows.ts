import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { PUBLIC_JWK } from '../support/client-keys.ts'

// The tasks of administrators, done by what they see: labels, buttons, headings. The same with a
// script and without.

export type Console = { page: Page; issuer: string }

const AUDIENCE = 'https://billing.example.com'

export async function open({ page, issuer }: Console, path: string): Promise<void> {
  await page.goto(`${issuer}/console${path}`)
}

export async function heading({ page }: Console, name: string | RegExp): Promise<void> {
  await page.getByRole('heading', { level: 1, name }).waitFor()
}

export async function banner({ page }: Console, text: string | RegExp): Promise<void> {
  await page.locator('.banner', { hasText: text }).waitFor()
}

/** A click is over before the page that it leads to is there: what is counted is waited for. */
export async function thereAre(count: number, what: Locator): Promise<void> {
  await expect.poll(() => what.count()).toBe(count)
}

type Fill = (question: Locator) => Promise<void>

/** A question: with a script in a dialog, without one on a page of its own. */
export const questionOn = (page: Page): Locator => page.locator('form.ask')

/** Opens a question by its link, fills it in, and presses its button. */
export async function confirm({ page }: Console, name: string, fill?: Fill): Promise<void> {
  await page.getByRole('link', { name, exact: true }).first().click()
  await answer(page, fill)
}

/** Fills in the question that is being opened, and presses its button. */
export async function answer(page: Page, fill?: Fill): Promise<void> {
  const question = questionOn(page)
  await question.waitFor()
  await fill?.(question)
  await question.locator('button[type=submit]').click()
}

/** Opens a menu behind a button with three dots, and chooses an entry. */
export async function fromMenu(
  { page }: Console,
  entry: string,
  menu: string | RegExp = 'More actions',
): Promise<void> {
  const button = page.getByLabel(menu, { exact: typeof menu === 'string' }).first()
  await button.click()
  await page.locator('.menu[open]').getByRole('link', { name: entry, exact: true }).click()
}

/** Unfolds the permissions of an API. */
export async function unfold(page: Page, api: string): Promise<void> {
  await page.locator('details.api:not([open]) > summary', { hasText: api }).click()
}

export async function registerApi(console: Console): Promise<void> {
  const { page } = console
  await open(console, '/apis/new')
  await page.getByLabel('Name').fill('Billing')
  await page.getByLabel('Audience').fill(AUDIENCE)
  await page
    .getByLabel('Permissions')
    .fill('invoices:read | Invoices | Read invoices\ninvoices:write | Invoices | Change them')
  await page.getByRole('button', { name: 'Add API' }).click()
  await banner(console, 'Added Billing.')
}

export async function createRole(console: Console): Promise<void> {
  const { page } = console
  await open(console, '/roles/new')
  await page.getByLabel('Name').fill('Invoice reader')
  await unfold(page, 'Billing')
  await page.getByLabel('invoices:read').check()
  await page.getByRole('button', { name: 'Create role' }).click()
  await banner(console, 'Created Invoice reader.')
}

/** Creates a client with a role and a permission; ends on its credentials. */
export async function createClient(console: Console, name: string): Promise<void> {
  const { page } = console
  await open(console, '/clients')
  await page.getByRole('link', { name: 'Create API client' }).first().click()
  await heading(console, 'Create API client')
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Description').fill('Fetches invoices at night.')
  await page.getByLabel('Invoice reader').check()
  await unfold(page, 'Billing')
  await page.getByLabel('invoices:write').check()
  await page.getByRole('button', { name: 'Create API client' }).click()
  await heading(console, `Credentials for ${name}`)
}

/** Creates a client with a public key instead of a secret, and deletes the key. */
export async function createWithPublicKey(console: Console): Promise<void> {
  const { page } = console
  await open(console, '/clients/new')
  await page.getByLabel('Name').fill('Signer')
  await page.getByLabel(/^Public key/).check()
  await page.getByRole('button', { name: 'Create API client' }).click()
  await banner(console, 'Created Signer.')
  await heading(console, 'Add public key')
  const key = page.getByLabel('Public key', { exact: true })
  await key.fill('ssh-ed25519 AAAA')
  await page.getByLabel('Label').fill('CI runner')
  await page.getByRole('button', { name: 'Add public key' }).click()
  await page.locator('.problem', { hasText: 'Public key must be a JWK' }).waitFor()
  await key.fill(JSON.stringify(PUBLIC_JWK))
  await page.getByRole('button', { name: 'Add public key' }).click()
  await banner(console, 'Added public key CI runner.')
  await page.locator('.banner').getByRole('link', { name: 'How to use it' }).click()
  await heading(console, 'Public key CI runner')
  await page
    .getByRole('navigation', { name: 'Breadcrumb' })
    .getByRole('link', { name: 'Signer' })
    .click()
  await fromMenu(console, 'Delete…', 'More actions for public key CI runner')
  await answer(page)
  await banner(console, 'Deleted public key CI runner.')
}

/** Reads the credentials page; ends on the client's details. */
export async function readCredentials(console: Console): Promise<{ id: string; secret: string }> {
  const { page } = console
  const id = (await page.locator('#client-id').textContent()) ?? ''
  const secret = (await page.locator('#client-secret').textContent()) ?? ''
  expect(secret).toMatch(/^pc_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/)
  await page.getByText(/can’t see it again/).waitFor()
  for (const tab of ['curl', '.env', 'JavaScript', 'Python', 'Wrangler']) {
    await page.locator('.choices > label', { hasText: tab }).click()
    const shown = page.locator('.choices > div:visible')
    await thereAre(1, shown)
    expect(await shown.textContent()).toMatch(/client_|wrangler/)
  }
  await storeSecret(console)
  return { id, secret }
}

/** Leaves the credentials, by the one way that there is. */
export async function storeSecret({ page }: Console): Promise<void> {
  expect(await page.locator('nav, header.side, header.bar').count()).toBe(0)
  await page.getByLabel('I have stored the secret').check()
  await page.getByRole('button', { name: 'Done' }).click()
}

export async function suspendAndResume(console: Console): Promise<void> {
  const { page } = console
  await confirm(console, 'Suspend access…', (question) =>
    question.getByLabel(/Reason/).fill('token in a public log'),
  )
  await banner(console, 'Suspended Nightly export.')
  await page.getByText('token in a public log').first().waitFor()
  await page.locator('.banner').getByRole('button').click()
  await banner(console, 'Resumed Nightly export.')
  // The form that undoes it, with the reason from before.
  await page.locator('.banner').getByRole('link').click()
  await answer(page, async (question) => {
    expect(await question.getByLabel('Reason').inputValue()).toBe('token in a public log')
  })
  await banner(console, 'Suspended Nightly export.')
  await confirm(console, 'Resume access…')
  await banner(console, 'Resumed Nightly export.')
}

export async function generateAndDeleteSecret(console: Console): Promise<void> {
  const { page } = console
  await confirm(console, 'Rotate secret…', async (question) => {
    await question
      .getByLabel(/24 hours/)
      .first()
      .check()
  })
  await heading(console, /^Credentials for Nightly export/)
  await storeSecret(console)
  const rows = page.getByRole('table', { name: 'Secrets' }).locator('tbody tr')
  await thereAre(2, rows)
  // The newest comes first: it is the older one that goes.
  const [, old] = await rows.getByRole('rowheader').locator('code').allTextContents()
  await fromMenu(console, 'Delete…', `More actions for secret ${old}`)
  await answer(page)
  await banner(console, `Deleted secret ${old}.`)
  await thereAre(1, rows)
}

export async function editDetailsAndAccess(console: Console): Promise<void> {
  const { page } = console
  await page.getByRole('link', { name: 'Edit details' }).click()
  await page.getByLabel('Name').fill('Nightly export, renamed')
  await page.getByRole('button', { name: 'Save' }).click()
  await banner(console, 'Saved Nightly export, renamed.')
  await heading(console, 'Nightly export, renamed')
  await page.getByRole('link', { name: /Edit API access/ }).click()
  await page.getByLabel('invoices:write').uncheck()
  await page.getByRole('button', { name: 'Save' }).click()
  await banner(console, 'Saved the API access of Nightly export, renamed.')
}

export async function duplicateRevokeDelete(console: Console): Promise<void> {
  const { page } = console
  await fromMenu(console, 'Duplicate')
  expect(await page.getByLabel('Name').inputValue()).toBe('Nightly export, renamed (copy)')
  await page.getByRole('button', { name: 'Create API client' }).click()
  await readCredentials(console)
  await fromMenu(console, 'Revoke all tokens…')
  await answer(page)
  await banner(console, 'Revoked all tokens issued to Nightly export, renamed (copy)')
  const typing = (name: string): Fill => {
    return (question) => question.getByLabel(/Type the name of this client/).fill(name)
  }
  await fromMenu(console, 'Delete…')
  await answer(page, typing('Nightly export'))
  // The wrong name: the question comes again, with what is wrong beside it.
  await page.locator('.problem').first().waitFor()
  await answer(page, typing('Nightly export, renamed (copy)'))
  await banner(console, 'Deleted Nightly export, renamed (copy).')
}

export async function administer(console: Console): Promise<void> {
  const { page } = console
  await open(console, '/administrators')
  await page.getByLabel('Email address').fill('Ada@Example.com')
  await page.getByLabel('Manage').check()
  await page.getByRole('button', { name: 'Add administrator' }).click()
  await banner(console, 'Added ada@example.com.')
  await page.getByText('ada@example.com').first().waitFor()
  await open(console, '/signing-keys')
  await confirm(console, 'Promote the standby key…')
  await banner(console, 'Signing key')
}

export async function inspect(console: Console, token: string): Promise<void> {
  const { page } = console
  await open(console, '/find')
  await page.locator('textarea').fill(token)
  await page.locator('main form button[type=submit]').click()
  await page.getByText('client_id').first().waitFor()
  expect(page.url()).not.toContain('ey')
  expect(await page.content()).not.toContain(token)
}

export async function preview(console: Console, clientId: string): Promise<void> {
  const { page } = console
  await open(console, `/clients/${clientId}/preview`)
  await page.getByLabel('invoices:read').first().check()
  await page.getByRole('button', { name: 'Preview token' }).click()
  await page.locator('pre', { hasText: '"scope": "invoices:read"' }).waitFor()
  await page.getByText(clientId).first().waitFor()
}

export async function readActivity(console: Console, clientId: string): Promise<void> {
  const { page, issuer } = console
  await open(console, `/clients/${clientId}/activity`)
  await page.getByText('token in a public log').first().waitFor()
  await page.getByText('Figures for each day').click()
  const link = page.getByRole('link', { name: 'CSV' })
  const href = (await link.getAttribute('href')) ?? ''
  const cookies = await page.context().cookies()
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const exported = await fetch(new URL(href, `${issuer}/console/`), { headers: { cookie } })
  expect(exported.headers.get('content-disposition')).toMatch(/attachment/)
  expect(await exported.text()).toContain('client.suspended')
}

export async function signOut(console: Console): Promise<void> {
  const { page } = console
  await page.getByRole('button', { name: 'Sign out' }).click()
  await heading(console, /Sign in/)
  await open(console, '/clients')
  await heading(console, /Sign in/)
}

const PRESSES_MAX = 60

/** Reaches the element with this name by the Tab key, as a person who cannot see the page does. */
export function keyboardOf(page: Page) {
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement
      if (!(element instanceof HTMLElement)) return ''
      const labels = 'labels' in element ? [...(element.labels as NodeListOf<HTMLElement>)] : []
      return (labels[0]?.textContent ?? element.textContent ?? '').replaceAll(/\s+/g, ' ').trim()
    })
  async function into(within: string, name: string): Promise<void> {
    for (let presses = 0; presses < PRESSES_MAX; presses++) {
      await page.keyboard.press('Tab')
      const isWithin = await page.locator(`${within} :focus, ${within}:focus`).count()
      if (isWithin > 0 && (await focused()) === name) return
    }
    throw new Error(`the Tab key does not reach "${name}" in ${within}`)
  }
  return { focused, into, to: (name: string) => into('body', name) }
}
