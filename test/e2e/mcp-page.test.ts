import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GUARDED } from '../interop/support/mcp-guarded.ts'
import { hosted, tokenFor, trust } from '../interop/support/platforms.ts'
import { closeServers, served } from '../interop/support/served.ts'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'
import { pageOf } from '../support/node/pages.ts'

// docs/mcp.md, followed from its first line: each provider that it shows calls a guarded MCP server.

const ROOT = join(import.meta.dirname, '../..')
const PAGE = pageOf('docs/mcp.md')
const PAGE_TEXT = readFileSync(join(ROOT, 'docs/mcp.md'), 'utf8')
const run = promisify(execFile)

const textsIn = (language: string) =>
  PAGE.blocks.filter((block) => block.language === language).map(({ text }) => text)
const [server = '', key = '', keyForOne = '', secret = ''] = textsIn('bash')
const [agent = '', workload = '', privateKey = '', sign = '', one = '', bySecret = ''] =
  textsIn('js')

let worker: RunningWorker
let url = ''
let folder = ''

beforeAll(async () => {
  worker = await runWorker()
  folder = mkdtempSync(join(tmpdir(), 'portcullis-mcp-page-'))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  let answer: RequestListener = (_req, res) => void res.writeHead(503).end()
  url = `${await served((req, res) => answer(req, res))}/mcp`
  const { API_ID: id = '', API_SECRET: own = '' } = await variablesAfter(server)
  const here = { ...hereOf(), api: { id, secret: own } }
  answer = (await GUARDED['the guard before @modelcontextprotocol/server']?.(here)) ?? answer
})

afterAll(async () => {
  closeServers()
  await worker.close()
  rmSync(folder, { recursive: true })
})

const NONE = { id: '', secret: '' }
const hereOf = () => ({ issuer: worker.issuer, audience: url, other: '', client: NONE, api: NONE })

type Variables = Record<string, string>

const environment = (): Variables => ({
  PATH: process.env['PATH'] ?? '',
  PORTCULLIS: worker.issuer,
  BOOTSTRAP_TOKEN,
})

/** The variables of the shell once these blocks were pasted into it. */
async function variablesAfter(...scripts: string[]): Promise<Variables> {
  const all = scripts.join('\n').replaceAll('https://billing.example.com/mcp', url)
  const options = { cwd: folder, env: environment() }
  const script = `set -a\n${all}\necho; printenv -0`
  const { stdout } = await run('bash', ['-e', '-o', 'pipefail', '-c', script], options)
  const printed = stdout.slice(stdout.lastIndexOf('\n', stdout.indexOf('\0')) + 1).split('\0')
  return Object.fromEntries(
    printed.map((line) => /^(\w+)=([^]*)$/.exec(line)?.slice(1) ?? ['', '']),
  )
}

/** The definitions of the page's first block for a shell, without what it makes. */
const helpers = () => server.split('\n\n')[0] ?? ''

/** The same program with the modules of version 1, by the page's table. */
function inVersion1(program: string): string {
  const modules: Variables = {
    Client: 'client/index.js',
    StreamableHTTPClientTransport: 'client/streamableHttp.js',
  }
  return program.replaceAll(
    /import \{ (.+) \} from '@modelcontextprotocol\/client'/g,
    (_line, names: string) =>
      names
        .split(', ')
        .map((name) => {
          const module = modules[name] ?? 'client/auth-extensions.js'
          return `import { ${name} } from '@modelcontextprotocol/sdk/${module}'`
        })
        .join('\n'),
  )
}

const VERSIONS: Record<string, (program: string) => string> = {
  'version 1': inVersion1,
  'version 2': (program) => program,
}

async function printedBy(program: string, variables: Variables): Promise<string> {
  const file = `${crypto.randomUUID()}.mjs`
  writeFileSync(join(folder, file), program)
  const env = { ...environment(), ...variables, MCP_SERVER: url }
  return (await run(process.execPath, [file], { cwd: folder, env })).stdout.trim()
}

async function workloadVariables(): Promise<Variables> {
  const place = { worker } as Parameters<typeof trust>[0]
  const platform = await trust(place, 'Kubernetes')
  const subject = 'system:serviceaccount:agents:nightly'
  const here = await hosted(place, hereOf(), platform, subject)
  const file = join(folder, 'token')
  writeFileSync(file, `${await tokenFor(here)}\n`)
  return { CLIENT_ID: here.client.id, TOKEN_FILE: file }
}

describe('the page', () => {
  let workloads: Variables

  beforeAll(async () => {
    workloads = await workloadVariables()
  })

  const CREDENTIALS: [string, string, () => Promise<Variables>][] = [
    ['workload identity', workload, async () => workloads],
    ['a private key', privateKey, () => variablesAfter(helpers(), key)],
    [
      'one assertion',
      one,
      async () => {
        const { CLIENT_ID = '' } = await variablesAfter(helpers(), key, keyForOne)
        return { CLIENT_ID, ASSERTION: await printedBy(sign, { CLIENT_ID }) }
      },
    ],
    ['a secret', bySecret, () => variablesAfter(helpers(), secret)],
  ]

  it.each(
    CREDENTIALS.flatMap((row) =>
      Object.keys(VERSIONS).map((version) => [...row, version] as const),
    ),
  )('%s: its agent calls the server', async (_name, provider, variables, version) => {
    const program = VERSIONS[version]?.(`${provider}\n${agent}`) ?? ''
    const { CLIENT_ID = '', ...rest } = await variables()
    const own = { CLIENT_ID, ...rest }
    expect(await printedBy(program, own)).toBe('list')
    await worker.admin('PUT', `/clients/${CLIENT_ID}/suspension`)
    await expect(printedBy(program, own)).rejects.toThrow('The client is suspended.')
    await worker.admin('DELETE', `/clients/${CLIENT_ID}/suspension`)
    expect(await printedBy(program, own)).toBe('list')
  })

  it('names every module of version 1 that its programs are run with', () => {
    const used = [workload, privateKey, one, bySecret, agent].map(inVersion1).join('\n')
    const modules = [...used.matchAll(/'(@modelcontextprotocol\/sdk\/.+)'/g)].map(
      ([, name]) => name,
    )
    const rows = PAGE_TEXT.split('\n')
      .filter((line) => line.startsWith('|'))
      .join('\n')
    for (const module of modules) expect(rows).toContain(`\`${module}\``)
  })
})
