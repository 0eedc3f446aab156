import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import chromium from '@sparticuz/chromium'
import axe from 'axe-core'
import {
  type Browser,
  type BrowserContext,
  chromium as playwright,
  type Page,
} from 'playwright-core'
import { BOOTSTRAP_TOKEN } from '../support/node/harness.ts'

/** How long a test waits for a page or an element, in milliseconds: what takes a second here may take a minute on a busy machine. */
export const PATIENCE = 90_000

const SCREENSHOTS = join(import.meta.dirname, 'screenshots')

/** A headless Chromium: on Linux x64 the one that npm brings, elsewhere the Chrome that is installed. */
export async function launchBrowser(): Promise<Browser> {
  if (process.platform === 'linux' && process.arch === 'x64') {
    const executablePath = await chromium.executablePath()
    // In a single process the whole browser ends with its first context.
    const args = chromium.args.filter((arg) => arg !== '--single-process')
    return whenUnpacked(() => playwright.launch({ executablePath, args, headless: true }))
  }
  return playwright.launch({ channel: 'chrome', headless: true })
}

export type Visit = {
  javaScriptEnabled?: boolean
  colorScheme?: 'light' | 'dark'
  width?: number
  height?: number
}

export async function openContext(browser: Browser, visit: Visit = {}): Promise<BrowserContext> {
  const { javaScriptEnabled = true, colorScheme = 'light', width = 1280, height = 800 } = visit
  const viewport = { width, height }
  const options = { javaScriptEnabled, colorScheme, viewport, reducedMotion: 'reduce' } as const
  const context = await browser.newContext(options)
  context.setDefaultTimeout(PATIENCE)
  return context
}

export async function signIn(page: Page, issuer: string, token: string): Promise<void> {
  await page.goto(`${issuer}/console/sign-in`)
  await page.getByLabel('Bootstrap token').fill(token)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(/\/console\/clients/)
}

/** Opens a page of the console for somebody who has signed in. */
export async function openPage(browser: Browser, issuer: string, path: string, visit: Visit = {}) {
  const context = await openContext(browser, visit)
  const page = await context.newPage()
  await signIn(page, issuer, BOOTSTRAP_TOKEN)
  await page.goto(`${issuer}/console${path}`)
  return { page, close: () => context.close() }
}

/** The findings of axe-core, one line each: the rule and where. */
export async function axeFindings(page: Page): Promise<string[]> {
  if (page.frames().length > 1) throw new Error('what is in a frame is not looked at')
  // Once a document: to read axe costs the browser more than to run it.
  const isThere = await page.evaluate(() => 'axe' in window)
  if (!isThere) await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { axe: loaded } = window as unknown as { axe: typeof axe }
    const { violations } = await loaded.run({ resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))
  })
}

/** Controls smaller than 24 by 24 CSS pixels that are not links within text (WCAG 2.2, 2.5.8). */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      'button, select, textarea, summary, input:not([type=hidden]), a.button, nav a, .menu a, .others a',
    )
    return [...controls]
      .filter((control) => control.checkVisibility({ checkOpacity: true }))
      .filter((control) => {
        // A checkbox is as large as the label that it lies in.
        const { width, height } = (control.closest('label') ?? control).getBoundingClientRect()
        return width < 24 || height < 24
      })
      .map((control) => control.outerHTML.slice(0, 120))
  })
}

/** Whether something is wider than the window: what is cut off on a narrow screen. */
export function overflows(page: Page): Promise<boolean> {
  return page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  )
}

/** Focusable elements in the order of the Tab key that show no outline when focused. */
export async function withoutFocusMark(page: Page): Promise<string[]> {
  const unmarked: string[] = []
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab')
    const seen = await page.evaluate(() => {
      const focused = document.activeElement
      if (!(focused instanceof HTMLElement) || focused === document.body) return null
      const around = focused.closest('label') ?? focused
      const marked = [focused, around].some((element) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(element)
        return outlineStyle !== 'none' && outlineWidth !== '0px'
      })
      return marked ? '' : focused.outerHTML.slice(0, 120)
    })
    if (seen === null) break
    if (seen !== '') unmarked.push(seen)
  }
  return unmarked
}

/** Written to an ignored folder, to be looked at, where `SCREENSHOTS` is set. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (!process.env['SCREENSHOTS']) return
  if (!existsSync(SCREENSHOTS)) mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true })
}

const ATTEMPTS = 40

/** Another test file may be unpacking the same browser at this moment. */
async function whenUnpacked(launch: () => Promise<Browser>): Promise<Browser> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch()
    } catch (error) {
      const isBusy = error instanceof Error && error.message.includes('ETXTBSY')
      if (!isBusy || attempt === ATTEMPTS) throw error
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
}
