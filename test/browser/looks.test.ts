import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN } from '../support/node/harness.ts'
import { openContext, signIn } from './browser.ts'
import { everyPage, lookAt } from './pages.ts'

const APPEARANCES = [
  ['light', 1440],
  ['dark', 1440],
  ['light', 1024],
  ['dark', 1024],
  ['light', 390],
  ['dark', 390],
  ['dark', 320],
] as const

/** The problems of the page that is open. To open it anew for each appearance costs far more than to resize it. */
async function lookInEveryWay(page: Page, name: string): Promise<string[]> {
  const findings: string[] = []
  for (const [colorScheme, width] of APPEARANCES) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    findings.push(...(await lookAt(page, `${name}-${colorScheme}-${width}`)))
  }
  return findings
}

const PARTS = 4

describe('every page, light and dark, from 320 to 1440 px', () => {
  const visited = everyPage()

  it('has no finding of axe, no small target, nothing cut off: the one to sign in', async () => {
    const page = await visited.browser.newPage({ reducedMotion: 'reduce' })
    await page.goto(`${visited.worker.issuer}/console/sign-in`)
    expect(await lookInEveryWay(page, 'sign-in')).toEqual([])
    await page.close()
  })

  it.each(Array.from({ length: PARTS }, (_, n) => n + 1))(
    `has no finding of axe, no small target, nothing cut off: part %i of ${PARTS}`,
    async (part) => {
      const { browser, worker, paths } = visited
      const context = await openContext(browser)
      const page = await context.newPage()
      await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
      const findings: string[] = []
      for (const [name, path] of paths.filter((_, n) => n % PARTS === part - 1)) {
        const answer = await page.goto(worker.issuer + path)
        expect([path, answer?.status()]).toEqual([path, name === 'not-found' ? 404 : 200])
        findings.push(...(await lookInEveryWay(page, name)))
      }
      expect(findings).toEqual([])
      await context.close()
    },
  )
})
