import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

// The ways in which a person sends a form twice without meaning to.

// Long enough that the second press still finds the first page where the machine stalls between them.
const LATENCY = 1500
/** Between two presses of somebody in a hurry, in milliseconds. */
const BETWEEN = 180

/** As far away as another continent, for what `work` sends. */
export async function faraway(page: Page, work: () => Promise<void>): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  const from = (latency: number) =>
    devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency,
      downloadThroughput: -1,
      uploadThroughput: -1,
    })
  await devtools.send('Network.enable')
  await from(LATENCY)
  await work()
  await from(0)
  await devtools.detach()
}

/** Presses where the button is, twice: whether it is there the second time is not asked. */
export async function clickTwice(page: Page, button: Locator): Promise<void> {
  await button.scrollIntoViewIfNeeded()
  const box = await button.boundingBox()
  if (!box) throw new Error('the button is not to be seen')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.click(x, y)
  await page.waitForTimeout(BETWEEN)
  await page.mouse.click(x, y)
}

/** In a field of the button's form where there is one that a line ends, else on the button. */
export async function enterTwice(page: Page, button: Locator): Promise<void> {
  const form = page.locator('form', { has: button }).last()
  const field = form.locator('input[type=text]:visible, input[type=email]:visible').first()
  await ((await field.count()) > 0 ? field : button).focus()
  await page.keyboard.press('Enter')
  await page.waitForTimeout(BETWEEN)
  await page.keyboard.press('Enter')
}

/** Sends the form; it is carried out, and the answer never comes. */
export async function loseAnswer(page: Page, button: Locator): Promise<void> {
  const context = page.context()
  let lost = (): void => {}
  const isLost = new Promise<void>((resolve) => {
    lost = resolve
  })
  await page.route(
    (url) => url.pathname.includes('/console/'),
    async (route) => {
      const request = route.request()
      const cookies = await context.cookies()
      const answer = await fetch(request.url(), {
        method: 'POST',
        redirect: 'manual',
        headers: {
          Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
          Origin: new URL(request.url()).origin,
          'Content-Type': 'application/x-www-form-urlencoded',
        },
        body: request.postData() ?? '',
      })
      await answer.body?.cancel()
      await route.abort('connectionreset')
      lost()
    },
    { times: 1 },
  )
  await button.click({ noWaitAfter: true })
  await isLost
  await expect.poll(() => page.url()).toMatch(/^chrome-error/)
}
