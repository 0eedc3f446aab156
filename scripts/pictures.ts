import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { type Acme, acmeIn } from '../test/browser/acme/acme.ts'
import { launchBrowser, openContext, signIn } from '../test/browser/browser.ts'
import { BOOTSTRAP_TOKEN, runWorker } from '../test/support/node/harness.ts'

// Takes pictures of the console with the data of a made-up company.
// `node scripts/run.mjs pictures`: those of the docs. `-- --all FOLDER`: every page, at each width and theme.

const folder = process.argv.slice(2).find((arg) => !arg.startsWith('--')) ?? ''
const isAll = process.argv.includes('--all')

type Shot = { name: string; path: string; width: number; colorScheme: 'light' | 'dark' }

const worker = await runWorker({ ADMINISTRATORS: 'ada@acme.example' })
const browser = await launchBrowser()
try {
  const acme = await acmeIn(worker)
  const into = isAll ? folder : join(import.meta.dirname, '../docs/images')
  mkdirSync(into, { recursive: true })
  for (const shot of isAll ? everyShot(acme) : docsShots(acme)) await take(shot, into)
} finally {
  await browser.close()
  await worker.close()
}

async function take({ name, path, width, colorScheme }: Shot, into: string): Promise<void> {
  const context = await openContext(browser, {
    width,
    colorScheme,
    height: width < 600 ? 844 : 900,
  })
  const page: Page = await context.newPage()
  await signIn(page, worker.issuer, BOOTSTRAP_TOKEN)
  await page.goto(`${worker.issuer}/console${path}`)
  await page.screenshot({ path: join(into, `${name}.png`) })
  await context.close()
}

function pagesOf({ ids, apiId, roleId }: Acme): Record<string, string> {
  const client = `/clients/${ids.get('UPS integration')}`
  return {
    clients: '/clients',
    client,
    'client-access': `${client}/access`,
    'client-activity': `${client}/activity`,
    'client-preview': `${client}/preview`,
    'client-suspended': `/clients/${ids.get('Postman (shared)')}`,
    suspend: `${client}/suspension`,
    'client-create': '/clients/new',
    'client-edit': `${client}/details`,
    'secret-new': `${client}/secrets/new`,
    delete: `${client}/deletion`,
    activity: '/activity',
    find: '/find',
    apis: '/apis',
    api: `/apis/${apiId}`,
    roles: '/roles',
    role: `/roles/${roleId}`,
    issuers: '/issuers',
    'issuer-new': '/issuers/new',
    administrators: '/administrators',
    'signing-keys': '/signing-keys',
    setup: '/setup',
    'not-found': '/nothing',
  }
}

function everyShot(acme: Acme): Shot[] {
  return Object.entries(pagesOf(acme)).flatMap(([name, path]) =>
    ([1440, 390] as const).flatMap((width) =>
      (['light', 'dark'] as const).map((colorScheme) => ({
        name: `${name}-${width}-${colorScheme}`,
        path,
        width,
        colorScheme,
      })),
    ),
  )
}

function docsShots(acme: Acme): Shot[] {
  const pages = pagesOf(acme)
  const shot = (
    name: string,
    width = 1440,
    colorScheme: 'light' | 'dark' = 'light',
    as = name,
  ) => ({
    name: as,
    path: pages[name] ?? '/',
    width,
    colorScheme,
  })
  return [
    shot('clients'),
    shot('client'),
    shot('suspend'),
    shot('client-create'),
    shot('activity'),
    shot('find'),
    shot('clients', 1440, 'dark', 'clients-dark'),
    shot('clients', 390, 'light', 'clients-phone'),
  ]
}
