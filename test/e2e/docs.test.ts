import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  BOOTSTRAP_TOKEN,
  type Client,
  type RunningWorker,
  runWorker,
} from '../support/node/harness.ts'
import { allPages, pageOf, shownCommands, textOf } from '../support/node/pages.ts'

// Runs every command and program in the documentation literally.

const ROOT = join(import.meta.dirname, '../..')
const AUDIENCE = 'https://billing.example.com'
const QUIET = { WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' }
const run = promisify(execFile)

let worker: RunningWorker
let folder = ''
let environment: Record<string, string> = {}

beforeAll(async () => {
  worker = await runWorker()
  folder = mkdtempSync(join(tmpdir(), 'portcullis-docs-'))
  for (const name of ['node_modules', 'examples']) symlinkSync(join(ROOT, name), join(folder, name))
  environment = {
    ...QUIET,
    ...(await environmentOfReaders()),
  }
})

afterAll(async () => {
  await worker.close()
  rmSync(folder, { recursive: true })
})

/**
 * The things that the pages tell their reader to have: an issuer, a client, an API's client, a
 * token.
 */
async function environmentOfReaders(): Promise<Record<string, string>> {
  const permissions = [{ permission: 'invoices:read' }]
  await worker.admin('POST', '/apis', { audience: AUDIENCE, name: 'Billing', permissions })
  await worker.admin('POST', '/administrators', { email: 'ada@example.com', access: 'manage' })
  const client = await worker.client(AUDIENCE, 'invoices:read')
  await worker.admin('PATCH', `/clients/${client.id}`, { allow_self_rotation: true })
  const api = await worker.client(AUDIENCE, 'tokens:introspect')
  await worker.harness.getWorker().scheduled({ cron: '* * * * *' })
  return {
    PATH: `${ROOT}/node_modules/.bin:${process.env['PATH']}`,
    HOME: process.env['HOME'] ?? folder,
    PORTCULLIS: worker.issuer,
    BOOTSTRAP_TOKEN,
    PEPPER: '1:a-key-of-the-tests-that-protects-nothing',
    CLIENT_ID: client.id,
    CLIENT_SECRET: client.secret,
    API_ID: api.id,
    API_SECRET: api.secret,
    TOKEN: await tokenOf(client),
  }
}

async function tokenOf({ id, secret }: Client): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: id,
    client_secret: secret,
  })
  const response = await fetch(`${worker.issuer}/oauth/token`, { method: 'POST', body })
  return ((await response.json()) as { access_token: string }).access_token
}

async function shell(script: string): Promise<string> {
  // As npx runs it in a clone: docs/command-line.md and README.md are run with npx itself.
  const here = script
    .replaceAll('npx portcullis', `${process.execPath} ${ROOT}/bin/portcullis.mjs`)
    .replaceAll(/https:\/\/auth\.(?:staging\.)?example\.com/g, worker.issuer)
    .replaceAll('http://localhost:8787', worker.issuer)
  const { stdout } = await run('bash', ['-c', here], { cwd: folder, env: environment })
  return stdout
}

/**
 * The output of `npm start`, a host's own folder, a configured command line, keys, and the platforms
 * of workloads have tests of their own.
 */
const ELSEWHERE = new Set([
  'README.md',
  'docs/command-line.md',
  'docs/mcp.md',
  'docs/plugin.md',
  'docs/bound-tokens.md',
  'docs/public-keys.md',
  'docs/security-events.md',
  'docs/verifiable-audit.md',
  'docs/workload-identity.md',
])
const pages = allPages().filter(({ name }) => !ELSEWHERE.has(name))

describe('what a page gives to paste into a shell', () => {
  it.each(pages.filter((page) => textOf(page, 'bash') !== ''))('runs: $name', async (page) => {
    expect(await shell(`set -e\n${textOf(page, 'bash')}`)).not.toBe('')
  })
})

const shown = allPages().flatMap((page) =>
  shownCommands(page).map((one) => ({ page: page.name, ...one })),
)

describe('what a page shows of a server', () => {
  const isDrilled = ({ page, command }: (typeof shown)[number]) =>
    page === 'docs/runbooks.md' || command.includes('broken_at')
  // Commands for a server in trouble are drilled in runbooks.test.ts.
  const asked = shown.filter((one) => one.command.startsWith('curl ') && !isDrilled(one))

  it.each(asked)('is what it answers: $page: $command', async ({ command, prints }) => {
    const printed = await shell(command.replace('curl', 'curl -sS --fail-with-body'))
    expect(printed).not.toBe('')
    for (const [, field] of prints.matchAll(/"(\w+)":/g)) expect(printed).toContain(`"${field}"`)
  })
})

describe('what a page shows of wrangler, which needs an account', () => {
  const words = shown.flatMap(({ command }) =>
    [...command.replaceAll(/"[^"]*"/g, '""').matchAll(/npx wrangler ([^|;\n#]*)/g)].map(
      ([, text = '']) => text.trim().split(/\s+/),
    ),
  )
  // One look at the help of each, with every option that some page gives it.
  const commands = Map.groupBy(words, (all) => all.filter(isOfWrangler).join(' '))

  it.concurrent.each([...commands])('exists, with its options: wrangler %s', async (name, uses) => {
    const wrangler = join(ROOT, 'node_modules/.bin/wrangler')
    const { stdout } = await run(wrangler, [...name.split(' '), '--help'], { env: environment })
    expect(stdout).toMatch(new RegExp(`^wrangler ${name}( [<[]|$)`, 'm'))
    for (const option of uses.flat().filter((word) => word.startsWith('--'))) {
      expect(stdout).toContain(option.replace(/=.*/, ''))
    }
  })
})

/** Neither an option, nor what is named: a binding, a secret, the database, an environment. */
function isOfWrangler(word: string): boolean {
  return (
    /^[a-z][a-z0-9-]*$/.test(word) && !/^(portcullis.*|weur|json|staging|production)$/.test(word)
  )
}

describe('what a page shows of npm', () => {
  const scriptsIn = (file: string) =>
    Object.keys(
      (JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as { scripts: Record<string, string> })
        .scripts,
    )
  const ours = scriptsIn('package.json')
  // The page on deploying speaks of the folder that it has copied.
  const ofFolder = ['install', 'ci', 'pack', ...scriptsIn('examples/deploy/package.json')]

  it.each(shown.filter(({ command }) => command.startsWith('npm ')))(
    'is a script of the package: $page: $command',
    ({ page, command }) => {
      const [, name = ''] = /^npm (?:run )?([\w:-]+)/.exec(command) ?? []
      expect(page === 'docs/deploy.md' ? ofFolder : [...ours, ...ofFolder]).toContain(name)
    },
  )
})

describe('what else a page shows', () => {
  const isElsewhere = /^(curl|npm|cp|cd|\$EDITOR|for file|while read)|wrangler|backup arrange/
  it.each(shown.filter(({ command }) => !isElsewhere.test(command)))(
    'runs: $page: $command',
    async ({ command }) => expect(await shell(command)).not.toBe(''),
  )
})

/** The command that runs a language, if this machine has it: Node always. */
function runnerOf(language: string): ((file: string) => [string, string[]]) | null {
  if (language === 'js') return (file) => [process.execPath, [file]]
  if (language === 'go') {
    const go = spawnSync('go', ['list', 'golang.org/x/oauth2/clientcredentials'], { env: GO })
    return go.status === 0 ? (file) => ['go', ['run', file]] : null
  }
  const python = ['python3', '/usr/bin/python3'].find(
    (one) => spawnSync(one, ['-c', 'import authlib, requests']).status === 0,
  )
  return python === undefined ? null : (file) => [python, [file]]
}

/** Debian's packages of Go are found by path, and not by module. */
const GO = {
  ...process.env,
  GO111MODULE: 'off',
  GOPATH: '/usr/share/gocode',
  GOFLAGS: '-buildvcs=false',
}
const ENDINGS: Record<string, string> = { js: 'mjs', python: 'py', go: 'go' }

describe('what a page gives as a program', () => {
  const programs = Object.keys(ENDINGS).flatMap((language) => {
    const text = textOf(pageOf('docs/recipes.md'), language)
    const runner = runnerOf(language)
    if (!runner)
      console.log(`docs/recipes.md: ${language} is not on this machine, and its recipe not run`)
    return runner ? [{ language, text, runner }] : []
  })

  it.each(programs)(
    'gets a token that is active: $language',
    async ({ language, text, runner }) => {
      const file = join(folder, `recipe.${ENDINGS[language]}`)
      writeFileSync(file, text)
      const [program, args] = runner(file)
      const env = { ...GO, ...environment, AUTHLIB_INSECURE_TRANSPORT: '1' }
      const { stdout } = await run(program, args, { cwd: folder, env })
      const asked = `curl -sS -u "$API_ID:$API_SECRET" -d token=${stdout.trim()} $PORTCULLIS/oauth/introspect`
      expect(await shell(asked)).toContain('"active":true')
    },
  )
})
