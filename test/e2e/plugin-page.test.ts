import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { complaintsOf, packedTarball, projectsWith } from '../support/node/package.ts'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = readFileSync(join(ROOT, 'docs/plugin.md'), 'utf8')
const blocks = (language: string) =>
  [...PAGE.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map((m) => m[1] ?? '')

const folders: string[] = []
let tarball = ''

beforeAll(() => {
  tarball = packedTarball()
  folders.push(dirname(tarball))
})

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/** A host of its own, with wrangler at hand where `npx` looks for it. */
function newHost(): string {
  const folder = projectsWith(tarball, 'host')
  folders.push(folder)
  const bin = join(folder, 'host/node_modules/.bin')
  mkdirSync(bin, { recursive: true })
  symlinkSync(join(ROOT, 'node_modules/wrangler/bin/wrangler.js'), join(bin, 'wrangler'))
  return join(folder, 'host')
}

function run(host: string, script: string): string {
  const env = {
    PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    HOME: process.env['HOME'],
    CI: 'true',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  }
  const options = { cwd: host, env, encoding: 'utf8', stdio: 'pipe' } as const
  return execFileSync('bash', ['-c', `set -e\n${script}`], options)
}

function tablesOf(host: string): string {
  const query = "SELECT name FROM sqlite_master WHERE type = 'table'"
  return run(host, `npx wrangler d1 execute DB --local --json --command "${query}"`)
}

const SECOND_BINDING = blocks('bash')[0] ?? ''
const COPY = blocks('bash')[1] ?? ''

it.each([
  ['a second binding', SECOND_BINDING],
  ['a copy', COPY],
])(
  'the page puts the tables beside those of the host with %s, and twice does no harm',
  (_way, script) => {
    const host = newHost()
    run(host, script)
    run(host, script)
    const tables = tablesOf(host)
    expect(tables).toContain('"orders"')
    expect(tables).toContain('"portcullis_clients"')
  },
)

it('the settings on the page are those of the host that is tested', () => {
  const settings = readFileSync(join(ROOT, 'test/e2e/fixtures/host/wrangler.toml'), 'utf8')
  const [database = '', , cron = '', service = ''] = blocks('toml')
  expect(settings).toContain(database)
  expect(settings).toContain(cron)
  const ofApi = readFileSync(join(ROOT, 'test/e2e/fixtures/api/wrangler.toml'), 'utf8')
  expect(ofApi).toContain(service)
})

it('the code on the page type checks', () => {
  const host = newHost()
  const declared = ['PEPPER', 'WRAPPING_KEY', 'AUDIT_KEY', 'COOKIE_KEY', 'BOOTSTRAP_TOKEN']
  const env = declared.map((name) => `${name}: string`).join('; ')
  const type = `type Env = { DB: D1Database; DENYLIST: KVNamespace; ${env} }`
  writeFileSync(join(host, 'src/index.ts'), `${blocks('ts')[0]}\n${type}\n`)
  expect(complaintsOf(host, '--skipLibCheck')).toEqual([])
})

it('the page has a line for every option and every binding', () => {
  const options = readFileSync(join(ROOT, 'src/options.ts'), 'utf8')
  const names = ['AuthServerBindings', 'AuthServerOptions'].flatMap((type) => {
    const [, body = ''] = new RegExp(`type ${type}\\b[^{]*{\\n([^]*?)\\n}`).exec(options) ?? []
    return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map((match) => match[1] ?? '')
  })
  expect(names.length).toBeGreaterThan(10)
  const rows = PAGE.split('\n').filter((line) => line.startsWith('|'))
  const missing = names.filter((name) => !rows.some((row) => row.includes(`\`${name}\``)))
  expect(missing).toEqual([])
})
