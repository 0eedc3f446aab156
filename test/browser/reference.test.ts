import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SCALAR } from '../../src/http/reference/scalar-page.ts'
import { type RunningWorker, runWorker } from '../support/node/harness.ts'
import { launchBrowser, openContext } from './browser.ts'
import { scalarScript } from './scalar.ts'

type Described = {
  tags: { name: string }[]
  paths: Record<string, Record<string, { tags: string[]; summary: string }>>
}

let browser: Browser
let worker: RunningWorker

beforeAll(async () => {
  browser = await launchBrowser()
  worker = await runWorker({ API_DOCS: 'true' })
})

afterAll(async () => {
  await browser.close()
  await worker.close()
})

/** The page with this in place of what jsDelivr has; what it complained of, and what it asked for. */
async function visit(script: string) {
  const context = await openContext(browser)
  const page = await context.newPage()
  const complaints: string[] = []
  const asked: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => asked.push(request.url()))
  await context.route(SCALAR.script, (route) =>
    route.fulfill({
      contentType: 'text/javascript',
      headers: { 'Access-Control-Allow-Origin': '*' },
      body: script,
    }),
  )
  await page.goto(`${worker.issuer}/admin/v1/docs`)
  return { context, page, complaints, asked }
}

/** The operations of each kind, in the words of the document. */
async function summaries(): Promise<[tag: string, summaries: string[]][]> {
  const response = await fetch(`${worker.issuer}/admin/v1/openapi.json`)
  const { tags, paths } = (await response.json()) as Described
  const operations = Object.values(paths).flatMap((path) => Object.values(path))
  return tags.map(({ name }) => [
    name,
    operations.filter((operation) => operation.tags[0] === name).map(({ summary }) => summary),
  ])
}

describe('/admin/v1/docs', () => {
  it('shows every operation, asks for nothing else, and its policy forbids nothing that it does', async () => {
    const { context, page, complaints, asked } = await visit(scalarScript())
    const sidebar = page.locator('aside').first()
    await sidebar.waitFor()
    for (const [tag, operations] of await summaries()) {
      // The first is open.
      if (tag !== 'OAuth') await sidebar.getByText(tag, { exact: true }).click()
      for (const summary of operations) {
        await sidebar.getByText(summary, { exact: true }).waitFor()
      }
    }
    await sidebar.getByText('Suspend a client', { exact: true }).click()
    await page.getByRole('heading', { name: 'Suspend a client' }).first().waitFor()
    expect(complaints).toEqual([])
    const described = `${worker.issuer}/admin/v1/openapi.json`
    const shown = `${worker.issuer}/admin/v1/docs`
    expect([...new Set(asked)].sort()).toEqual([described, shown, SCALAR.script].sort())
    await context.close()
  })

  it('runs no script but the one that it names by its hash', async () => {
    const { context, page, complaints } = await visit('document.title = "other"')
    await expect.poll(() => complaints.join()).toContain('integrity')
    expect(await page.title()).toBe('Portcullis: HTTP reference')
    await context.close()
  })
})
