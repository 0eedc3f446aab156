import { describe, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN } from '../support/node/harness.ts'
import { openContext, signIn } from './browser.ts'
import { everyPage, lookAt } from './pages.ts'

describe('every page', () => {
  const visited = everyPage()

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 320],
  ] as const)(
    'has no finding of axe, no small target, nothing cut off: %s, %i px',
    async (colorScheme, width) => {
      const { browser, worker, paths } = visited
      const context = await openContext(browser, { colorScheme, width })
      const page = await context.newPage()
      const isWide = width > 1000
      await page.goto(`${worker.issuer}/console/sign-in`)
      const findings = await lookAt(page, `sign-in-${colorScheme}-${width}`, isWide)
      await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
      for (const [name, path] of paths) {
        await page.goto(worker.issuer + path)
        findings.push(...(await lookAt(page, `${name}-${colorScheme}-${width}`, isWide)))
      }
      expect(findings).toEqual([])
      await context.close()
    },
  )
})
