import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestHarness } from 'wrangler'
import { KEYS, startWorkers } from '../support/node/harness.ts'

// docs/plugin.md, "Beside a single-page application": its lines are what the host is started with.

const ROOT = join(import.meta.dirname, '../..')
const INDEX = '<!doctype html><title>The shop</title>'

const folder = mkdtempSync(join(tmpdir(), 'portcullis-assets-'))
let harness: TestHarness
let issuer = ''

function assetsOfPage(): {
  directory: string
  not_found_handling: string
  run_worker_first: string[]
} {
  const page = readFileSync(join(ROOT, 'docs/plugin.md'), 'utf8')
  const [, text = ''] = /```toml\n\[assets\]\n([^]*?)```/.exec(page) ?? []
  const read = (name: string) => new RegExp(`^${name} = (.*)$`, 'm').exec(text)?.[1] ?? ''
  return {
    directory: JSON.parse(read('directory')) as string,
    not_found_handling: JSON.parse(read('not_found_handling')) as string,
    run_worker_first: JSON.parse(read('run_worker_first')) as string[],
  }
}

beforeAll(async () => {
  const { directory, ...assets } = assetsOfPage()
  mkdirSync(join(folder, directory))
  writeFileSync(join(folder, directory, 'index.html'), INDEX)
  const config = {
    name: 'shop',
    main: join(ROOT, 'test/e2e/fixtures/assets-host.ts'),
    compatibility_date: '2026-10-20',
    d1_databases: [
      {
        binding: 'DB',
        database_name: 'shop',
        database_id: 'shop',
        migrations_dir: join(ROOT, 'migrations'),
      },
    ],
    kv_namespaces: [{ binding: 'DENYLIST', id: 'denylist' }],
    assets: { directory: join(folder, directory), ...assets } as never,
    vars: KEYS,
  }
  const started = await startWorkers([{ config }])
  harness = started.harness
  issuer = started.url.origin
  await harness.getWorker().applyD1Migrations('DB')
})

afterAll(async () => {
  await harness.close()
  rmSync(folder, { recursive: true })
})

/** As a browser goes to an address that somebody has typed. */
const navigate = async (path: string) => {
  const headers = { 'Sec-Fetch-Mode': 'navigate', Accept: 'text/html' }
  return (await fetch(issuer + path, { headers })).text()
}

it('the console and the metadata are the Worker’s, and everything else the application’s', async () => {
  expect(await navigate('/')).toBe(INDEX)
  expect(await navigate('/some/page/of/the/application')).toBe(INDEX)
  expect(await navigate('/auth/console/sign-in')).toContain('<title>Sign in')
  expect(await navigate('/.well-known/oauth-authorization-server/auth')).toContain('"issuer"')
})
