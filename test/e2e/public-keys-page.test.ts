import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ASSERTION_ALGORITHMS } from '../../src/domain/public-key.ts'
import {
  BOOTSTRAP_TOKEN,
  type Client,
  type RunningWorker,
  runWorker,
} from '../support/node/harness.ts'
import { pageOf } from '../support/node/pages.ts'

// docs/public-keys.md, followed from its first line to its last, with the programs that it shows.

const ROOT = join(import.meta.dirname, '../..')
const AUDIENCE = 'https://billing.example.com'
const run = promisify(execFile)
const page = pageOf('docs/public-keys.md')
const programs = page.blocks.filter(({ language }) => language === 'js')
const scripts = page.blocks.filter(({ language }) => language === 'bash').map(({ text }) => text)

let worker: RunningWorker
let api: Client
let folder = ''

beforeAll(async () => {
  worker = await runWorker()
  const permissions = [{ permission: 'invoices:read' }]
  await worker.admin('POST', '/apis', { audience: AUDIENCE, name: 'Billing', permissions })
  api = await worker.client(AUDIENCE, 'tokens:introspect')
  folder = mkdtempSync(join(tmpdir(), 'portcullis-keys-page-'))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
})

afterAll(async () => {
  await worker.close()
  rmSync(folder, { recursive: true })
})

const environment = () => ({
  PATH: process.env['PATH'] ?? '',
  PORTCULLIS: worker.issuer,
  BOOTSTRAP_TOKEN,
})

/** The first `count` blocks of the page, pasted in turn, and the client that they made. */
async function follow(count: number): Promise<{ clientId: string; printed: string }> {
  const script = ['set -e', ...scripts.slice(0, count), 'echo; echo "client $CLIENT_ID"'].join('\n')
  const { stdout } = await run('bash', ['-c', script], { cwd: folder, env: environment() })
  const [, printed = '', clientId = ''] = /^([^]*)\nclient (.*)\n$/.exec(stdout) ?? []
  return { clientId, printed }
}

async function tokenBy(program: string, clientId: string): Promise<string> {
  writeFileSync(join(folder, 'program.mjs'), program)
  const env = { ...environment(), CLIENT_ID: clientId }
  const { stdout } = await run(process.execPath, ['program.mjs'], { cwd: folder, env })
  return stdout.trim()
}

async function isActive(token: string): Promise<unknown> {
  const response = await fetch(`${worker.issuer}/oauth/introspect`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${api.id}:${api.secret}`)}` },
    body: new URLSearchParams({ token }),
  })
  return ((await response.json()) as { active: unknown }).active
}

const libraryOf = ({ text }: { text: string }) => /from '(o[\w-]+)'/.exec(text)?.[1] ?? ''

describe('the page', () => {
  it('registers a key, and each program that it shows gets a token with it', async () => {
    const { clientId, printed } = await follow(2)
    expect(JSON.parse(printed)).toMatchObject({ algorithm: 'ES256', replay: 'once' })
    expect(programs.map(libraryOf)).toEqual(['openid-client', 'oauth4webapi'])
    for (const { text } of programs) {
      expect(await isActive(await tokenBy(text, clientId))).toBe(true)
    }
  })

  it('rotates the key: afterwards the new one gets a token, and is the only one', async () => {
    const { clientId } = await follow(scripts.length)
    expect(await isActive(await tokenBy(programs[0]?.text ?? '', clientId))).toBe(true)
    const client = await worker.admin('GET', `/clients/${clientId}`)
    expect(client).toMatchObject({
      assertion_audience: 'issuer_or_token_endpoint',
      keys: [{ label: 'Build server, 2027' }],
    })
  })

  it('names every algorithm', () => {
    const text = readFileSync(join(ROOT, 'docs/public-keys.md'), 'utf8')
    expect(ASSERTION_ALGORITHMS.filter((name) => !text.includes(`\`${name}\``))).toEqual([])
  })
})
