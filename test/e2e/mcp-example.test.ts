import { execFile } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ClientCredentialsProvider as Provider2 } from '@modelcontextprotocol/client'
import { ClientCredentialsProvider as Provider1 } from '@modelcontextprotocol/sdk/client/auth-extensions.js'
import type { TestHarness } from 'wrangler'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apart } from '../support/node/apart.ts'
import {
  BOOTSTRAP_TOKEN,
  type RunningWorker,
  runWorker,
  startWorkers,
} from '../support/node/harness.ts'
import { pageOf } from '../support/node/pages.ts'
import * as mcp1 from '../interop/support/mcp-v1.ts'
import * as mcp2 from '../interop/support/mcp-v2.ts'

// examples/mcp-server, by its README: the blocks that it has for a shell are pasted in turn.

const ROOT = join(import.meta.dirname, '../..')
const EXAMPLE = 'examples/mcp-server'
const run = promisify(execFile)
const blocks = pageOf(`${EXAMPLE}/README.md`)
  .blocks.filter(({ language }) => language === 'bash')
  .map(({ text }) => text)
const [api = '', itsClient = '', agent = '', call = '', suspend = ''] = blocks

let worker: RunningWorker
let server: TestHarness
let url = ''
let folder = ''
let setUp = ''

const workersAt = (origin: string, secrets: Record<string, string> = {}) => [
  {
    configPath: `${EXAMPLE}/wrangler.toml`,
    vars: { ISSUER: worker.issuer, AUDIENCE: `${origin}/mcp` },
    secrets: { CLIENT_ID: '', CLIENT_SECRET: '', ...secrets },
  },
]

beforeAll(async () => {
  worker = await runWorker()
  const started = await startWorkers((origin) => workersAt(origin))
  server = started.harness
  url = `${started.url.origin}/mcp`
  folder = mkdtempSync(join(tmpdir(), 'portcullis-mcp-example-'))
  mkdirSync(join(folder, EXAMPLE), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  copyFileSync(join(ROOT, EXAMPLE, 'agent.ts'), join(folder, EXAMPLE, 'agent.ts'))
  writeFileSync(join(folder, '.dev.vars'), `BOOTSTRAP_TOKEN=${BOOTSTRAP_TOKEN}\n`)
  const exported = await shell([api, itsClient, agent, 'echo; export -p'].join('\n'))
  setUp = exported.slice(exported.indexOf('declare -x'))
  const written = readFileSync(join(folder, EXAMPLE, '.dev.vars'), 'utf8')
  const credentials = Object.fromEntries(
    written
      .trim()
      .split('\n')
      .map((line) => line.split('=')),
  ) as Record<string, string>
  await server.update(apart({ root: ROOT, workers: workersAt(started.url.origin, credentials) }))
})

afterAll(async () => {
  await server.close()
  await worker.close()
  rmSync(folder, { recursive: true })
})

async function shell(script: string): Promise<string> {
  const here = script
    .replaceAll('http://localhost:8787', worker.issuer)
    .replaceAll('http://localhost:8788/mcp', url)
  const env = { PATH: process.env['PATH'] ?? '' }
  const options = { cwd: folder, env }
  return (await run('bash', ['-e', '-o', 'pipefail', '-c', here], options)).stdout
}

/** With the functions of the page's first block, and without what it makes. */
const helpers = api.split('\n\n')[0] ?? ''
const later = (script: string) => shell([helpers, setUp, script].join('\n'))

async function agentOf(...permissions: string[]) {
  const { id, secret } = await worker.client(url, ...permissions)
  return (text: string) =>
    later(`AGENT_ID=${id} AGENT_SECRET=${secret} node ${EXAMPLE}/agent.ts ${text} 2>&1`)
}

async function credentials() {
  const { id, secret } = await worker.client(url, 'notes:read', 'notes:write')
  return { clientId: id, clientSecret: secret, expectedIssuer: worker.issuer }
}

describe('the example of an MCP server', () => {
  it('is called by its agent, which finds both scopes by itself', async () => {
    expect(await later(call)).toMatch(/^Call the bank \(client_\w+\)\n$/)
  })

  it('refuses the agent while it is suspended', async () => {
    const printed = await later(suspend)
    expect(printed).toContain('The agent is out.')
    expect(printed).toMatch(/Call the bank \(client_\w+\)\n$/)
    expect(printed).not.toContain('Call again')
  })

  it('gets a token for what it names from a client of the SDK 2, and one more by its 403', async () => {
    const authProvider = new Provider2(await credentials())
    const agent = await mcp2.connect(authProvider, url)
    expect(authProvider.tokens()?.scope).toBe('notes:read')
    await agent.callTool({ name: 'add_note', arguments: { text: 'By version 2' } })
    expect(authProvider.tokens()?.scope).toBe('notes:read notes:write')
    expect(JSON.stringify(await agent.callTool({ name: 'list_notes' }))).toContain('By version 2')
    await agent.close()
  })

  it('gets a token for all that the client may from the SDK 1, or for what that was told', async () => {
    const authProvider = new Provider1(await credentials())
    const agent = await mcp1.connect(authProvider, url)
    expect(authProvider.tokens()?.scope).toBe('notes:read notes:write')
    await agent.callTool({ name: 'add_note', arguments: { text: 'By version 1' } })
    await agent.close()
    const reading = new Provider1({ ...(await credentials()), scope: 'notes:read' })
    const reader = await mcp1.connect(reading, url)
    expect(reading.tokens()?.scope).toBe('notes:read')
    const added = reader.callTool({ name: 'add_note', arguments: { text: 'Mine' } })
    await expect(added).rejects.toThrow()
    expect(JSON.stringify(await reader.callTool({ name: 'list_notes' }))).not.toContain('Mine')
    await reader.close()
  })

  it('lets an agent read that may not write', async () => {
    const reader = await agentOf('notes:read')
    expect(await reader('')).toContain('Call the bank')
    await expect(reader('Mine')).rejects.toMatchObject({ stdout: expect.stringContaining('scope') })
    expect(await reader('')).not.toContain('Mine')
  })

  it('lets in none that may not even read', async () => {
    const stranger = await agentOf('notes:write')
    await expect(stranger('')).rejects.toThrow()
  })

  it('says where to get a token', async () => {
    const { status, headers } = await fetch(url, { method: 'POST' })
    const [, found = ''] =
      /resource_metadata="(.+?)"/.exec(headers.get('WWW-Authenticate') ?? '') ?? []
    expect(status).toBe(401)
    expect(await (await fetch(found)).json()).toMatchObject({
      resource: url,
      authorization_servers: [worker.issuer],
      scopes_supported: ['notes:read'],
    })
  })
})
