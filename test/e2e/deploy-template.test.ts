import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { BOOTSTRAP_TOKEN, KEYS } from '../support/node/harness.ts'
import { install, packedTarball } from '../support/node/package.ts'
import { freePort } from '../support/node/start.ts'

// The folder that a company copies to deploy from: built, migrated and run as its scripts do, with the packed
// package installed. What needs an account runs against wrangler's local D1 and KV in place of --remote.

const ROOT = join(import.meta.dirname, '../..')
const TEMPLATE = join(ROOT, 'examples/deploy')
const ENVIRONMENTS = ['staging', 'production'] as const
type Environment = (typeof ENVIRONMENTS)[number]

const run = promisify(execFile)
const env = {
  PATH: `${ROOT}/node_modules/.bin:${process.env['PATH']}`,
  HOME: process.env['HOME'],
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
}

const servers = {} as Record<Environment, { issuer: string; child: ChildProcess }>
let folder = ''
let tarball = ''

const shell = (command: string) => run('bash', ['-c', command], { cwd: folder, env })

beforeAll(async () => {
  tarball = packedTarball()
  folder = mkdtempSync(join(tmpdir(), 'portcullis-deploy-'))
  cpSync(TEMPLATE, folder, { recursive: true })
  install(tarball, folder)
  const secrets = Object.entries({ BOOTSTRAP_TOKEN, ...KEYS }).map(
    ([name, value]) => `${name}=${value}`,
  )
  writeFileSync(join(folder, '.dev.vars'), secrets.join('\n'))
})

afterAll(async () => {
  for (const { child } of Object.values(servers)) {
    const ended = new Promise((resolve) => child.on('exit', resolve))
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
    await ended
  }
  for (const path of [folder, dirname(tarball)]) rmSync(path, { recursive: true })
})

/** Runs an environment where `wrangler deploy` would send it. */
async function serve(name: Environment): Promise<void> {
  const port = await freePort()
  const issuer = `http://localhost:${port}`
  await shell(`wrangler d1 migrations apply DB --local --env ${name}`)
  const args = ['dev', '--env', name, '--port', String(port), '--inspector-port', '0']
  const child = spawn('wrangler', [...args, '--var', `ISSUER:${issuer}`], {
    cwd: folder,
    env,
    detached: true,
  })
  servers[name] = { issuer, child }
  await shell(`curl -s --retry 300 --retry-delay 1 --retry-connrefused ${issuer}/health`)
  await fetch(`${issuer}/cdn-cgi/handler/scheduled`)
}

async function json(url: string, init: RequestInit): Promise<Record<string, unknown>> {
  const response = await fetch(url, init)
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return (await response.json()) as Record<string, unknown>
}

/** A token of a new client that may look at clients. */
async function tokenAt(issuer: string): Promise<string> {
  const admin = { Authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'Content-Type': 'application/json' }
  const permissions = [{ audience: issuer, permission: 'clients:read' }]
  const body = JSON.stringify({ client_name: 'Reader', permissions })
  const url = `${issuer}/admin/v1/clients`
  const made = await json(url, { method: 'POST', headers: admin, body })
  const credentials = {
    client_id: String(made['client_id']),
    client_secret: String(made['client_secret']),
  }
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...credentials })
  const answer = await json(`${issuer}/oauth/token`, { method: 'POST', body: form })
  return String(answer['access_token'])
}

describe('the folder to deploy from', () => {
  it('names the package as `npm pack` makes it here, and nothing that a registry has under its name', () => {
    const text = readFileSync(join(TEMPLATE, 'package.json'), 'utf8')
    const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> }
    expect(dependencies['portcullis']).toBe(`file:${basename(tarball)}`)
  })

  it('is built for both environments by "npm run check"', async () => {
    const { stdout } = await shell('npm run check')
    expect(stdout.match(/--dry-run: exiting now/g)).toHaveLength(2)
  })

  it('has no database outside its environments, which nobody could migrate by mistake', async () => {
    await expect(shell('wrangler d1 migrations apply DB --local')).rejects.toThrow(
      'No migrations present',
    )
  })

  it('serves in both, each an issuer with tokens of its own', async () => {
    for (const name of ENVIRONMENTS) await serve(name)
    const { staging, production } = servers
    for (const { issuer } of [staging, production]) {
      const { stdout } = await shell(`node scripts/smoke.mjs ${issuer}`)
      expect(stdout).toBe(`${issuer} serves\n`)
    }
    const headers = { Authorization: `Bearer ${await tokenAt(staging.issuer)}` }
    const statuses = [staging, production].map(
      async ({ issuer }) => (await fetch(`${issuer}/admin/v1/clients`, { headers })).status,
    )
    expect(await Promise.all(statuses)).toEqual([200, 401])
  })

  it('is told apart from one that does not serve, or is another issuer', async () => {
    const port = await freePort()
    const env = { SMOKE_MINUTES: '0' }
    const smoke = (url: string) =>
      run('node', ['scripts/smoke.mjs', url], { cwd: folder, env: { ...process.env, ...env } })
    await expect(smoke(`http://localhost:${port}`)).rejects.toThrow('ECONNREFUSED')
    const other = servers.staging.issuer.replace('localhost', '127.0.0.1')
    await expect(smoke(other)).rejects.toThrow(`the issuer is ${servers.staging.issuer}`)
  })
})

describe('the workflow that deploys it', () => {
  type Step = { run?: string; uses?: string }
  type Job = { needs?: string; environment: string; steps: Step[] }
  const text = readFileSync(join(TEMPLATE, '.github/workflows/deploy.yml'), 'utf8')
  const { jobs } = parse(text) as { jobs: Record<string, Job> }
  const scripts = (
    JSON.parse(readFileSync(join(TEMPLATE, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
  ).scripts

  it('goes to production after staging, each in its environment', () => {
    expect(Object.entries(jobs).map(([name, job]) => [name, job.environment, job.needs])).toEqual([
      ['staging', 'staging', undefined],
      ['production', 'production', 'staging'],
    ])
  })

  it.each(ENVIRONMENTS)(
    'runs the scripts of the folder, and tries what it deployed: %s',
    (name) => {
      const commands = jobs[name]?.steps.flatMap((step) => step.run ?? []) ?? []
      expect(commands.filter((command) => command !== 'npm run check')).toEqual([
        'npm ci',
        `npm run deploy:${name}`,
        `npm run smoke:${name}`,
      ])
    },
  )

  it.each(ENVIRONMENTS)('applies the migrations before the Worker that needs them: %s', (name) => {
    expect(scripts[`deploy:${name}`]).toBe(
      `wrangler d1 migrations apply DB --remote --env ${name} && wrangler deploy --env ${name}`,
    )
  })
})
