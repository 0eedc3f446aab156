import { describe, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN } from '../support/node/harness.ts'
import { openContext, signIn } from './browser.ts'
import { everyPage, lookAt } from './pages.ts'

describe('every page', () => {
  const visited = everyPage()

  it.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 1024],
    ['dark', 1024],
    ['light', 390],
    ['dark', 390],
    ['dark', 320],
  ] as const)(
    'has no finding of axe, no small target, nothing cut off: %s, %i px',
    async (colorScheme, width) => {
      const { browser, worker, paths } = visited
      const context = await openContext(browser, { colorScheme, width })
      const page = await context.newPage()
      await page.goto(`${worker.issuer}/console/sign-in`)
      const findings = await lookAt(page, `sign-in-${colorScheme}-${width}`)
      await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
      for (const [name, path] of paths) {
        const answer = await page.goto(worker.issuer + path)
        expect([path, answer?.status()]).toEqual([path, name === 'not-found' ? 404 : 200])
        findings.push(...(await lookAt(page, `${name}-${colorScheme}-${width}`)))
      }
      expect(findings).toEqual([])
      await context.close()
    },
  )
})
