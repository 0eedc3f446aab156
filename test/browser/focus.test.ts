import { describe, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN } from '../support/node/harness.ts'
import { axeFindings, openContext, screenshot, signIn, withoutFocusMark } from './browser.ts'
import { everyPage } from './pages.ts'

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

  it('has no finding of axe with its dialogs open', async () => {
    const { browser, worker, paths } = visited
    const context = await openContext(browser)
    const page = await context.newPage()
    await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
    for (const [name, path] of paths) {
      await page.goto(worker.issuer + path)
      const dialogs = await page.locator('[popover]').evaluateAll((all) => all.map((one) => one.id))
      for (const id of dialogs.slice(0, 4)) {
        await page.goto(worker.issuer + path)
        await page.locator(`[id="${id}"]`).evaluate((dialog: HTMLElement) => dialog.showPopover())
        expect([path, id, await axeFindings(page)]).toEqual([path, id, []])
        await screenshot(page, `${name}-${id.replace(/_.*/, '')}`)
      }
    }
    await context.close()
  })
})
