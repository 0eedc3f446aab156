import { describe, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN } from '../support/node/harness.ts'
import { axeFindings, openContext, screenshot, signIn, withoutFocusMark } from './browser.ts'
import { everyPage } from './pages.ts'

const hrefsOf = (links: Element[]) => links.map((link) => link.getAttribute('href') ?? '')
/** Also where the link is within a menu that is closed. */
const clickIt = (link: Element) => (link as HTMLElement).click()

/** Picks one question of each kind: `/clients/…/suspension` is the same for each client. */
function kindsOnce() {
  const seen = new Set<string>()
  return (href: string) => {
    const kind = href.replaceAll(/\w+_[\w-]{8,}|[\w-]{40,}/g, '')
    return !seen.has(kind) && Boolean(seen.add(kind))
  }
}

describe('every page', () => {
  const visited = everyPage()

  it('shows where the focus is', async () => {
    const { browser, worker, paths } = visited
    const context = await openContext(browser)
    const page = await context.newPage()
    await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
    for (const [, path] of paths) {
      await page.goto(worker.issuer + path)
      expect([path, await withoutFocusMark(page)]).toEqual([path, []])
    }
    await context.close()
  })

  it('has no finding of axe with a question open', async () => {
    const { browser, worker, paths } = visited
    const context = await openContext(browser)
    const page = await context.newPage()
    await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
    const isNew = kindsOnce()
    for (const [name, path] of paths) {
      await page.goto(worker.issuer + path)
      const links = await page.locator('a[data-dialog]').evaluateAll(hrefsOf)
      for (const href of [...new Set(links)].filter((one) => isNew(one))) {
        await page.goto(worker.issuer + path)
        await page.locator(`a[data-dialog][href="${href}"]`).first().evaluate(clickIt)
        await page.locator('dialog[open]').waitFor()
        expect([path, href, await axeFindings(page)]).toEqual([path, href, []])
        await screenshot(page, `${name}-${href.split('/').slice(-2).join('-')}`)
      }
    }
    await context.close()
  })
})
