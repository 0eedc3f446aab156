import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { complaintsOf, install, packedTarball } from '../support/node/package.ts'

const ROOT = join(import.meta.dirname, '../..')
const KIB = 1024
const ENTRIES = ['', '/guard', '/express', '/fastify', '/mcp', '/testing', '/worker', '/gate'].map(
  (path) => `portcullis${path}`,
)

let tarball = ''
let project = ''
let installed = ''

beforeAll(() => {
  tarball = packedTarball()
  project = mkdtempSync(join(tmpdir(), 'portcullis-package-'))
  installed = install(tarball, project)
})

afterAll(() => {
  for (const folder of [project, dirname(tarball)]) rmSync(folder, { recursive: true })
})

/** As a bundler ships it; `neutral` knows no built-in of Node, so that an import of one fails. */
async function bundleOf(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(installed, 'dist', entry)],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    external: ['cloudflare:workers', 'cloudflare:sockets'],
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

describe('the package', () => {
  it('is clean by publint', async () => {
    const { buffer } = new Uint8Array(readFileSync(tarball))
    const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg ?? {}))).toEqual([])
  })

  it('is clean by arethetypeswrong, as the ES modules that it is', () => {
    const attw = join(ROOT, 'node_modules/.bin/attw')
    const options = ['--profile', 'esm-only', '--no-color', '--no-emoji']
    const seen = execFileSync(attw, [tarball, ...options], { encoding: 'utf8' })
    for (const entry of ENTRIES) expect(seen).toContain(`"${entry}"`)
  })

  it('holds what was built and the migrations, neither sources nor tests', () => {
    const migrations = readdirSync(join(ROOT, 'migrations')).filter((file) => file.endsWith('.sql'))
    expect(readdirSync(installed).toSorted()).toEqual(
      ['LICENSE', 'README.md', 'bin', 'dist', 'migrations', 'package.json'].toSorted(),
    )
    expect(readdirSync(join(installed, 'migrations')).toSorted()).toEqual(migrations.toSorted())
    const built = readdirSync(join(installed, 'dist'), { recursive: true, withFileTypes: true })
    const files = built.filter((file) => file.isFile()).map((file) => file.name)
    expect(files.filter((file) => !/^[^.]+(\.js|\.d\.ts)$/.test(file))).toEqual([])
  })

  it('has declarations that hold without skipLibCheck', () => {
    const folder = join(project, 'worker')
    mkdirSync(folder)
    writeFileSync(
      join(folder, 'index.ts'),
      ENTRIES.map((name, i) => `export * as entry${i} from '${name}'`).join('\n'),
    )
    writeTsconfig(folder, 'bundler', '@cloudflare/workers-types')
    const complaints = complaintsOf(folder)
    // Hono's own name the DOM.
    expect(complaints.filter((line) => !/node_modules\/hono\//.test(line))).toEqual([])
  })
})

describe('the guard', () => {
  it('weighs at most 17 KiB gzipped, and carries no server code', async () => {
    const bundle = await bundleOf('guard/index.js')
    expect(gzipSync(bundle).length).toBeLessThanOrEqual(17 * KIB)
    expect(bundle).not.toMatch(/portcullis_clients|drizzle|valibot|cloudflare:/)
  })

  it.each(['guard/express.js', 'guard/fastify.js', 'guard/mcp.js'])(
    'is in %s alone',
    async (entry) => {
      const bundle = await bundleOf(entry)
      expect(gzipSync(bundle).length).toBeLessThanOrEqual(17 * KIB)
      expect(bundle).not.toMatch(/portcullis_clients|drizzle|valibot|cloudflare:/)
    },
  )
})

describe('in an API for Node, which has no Hono', () => {
  let folder = ''

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'portcullis-node-'))
    const others = ['express', '@types/express', 'fastify']
    install(tarball, folder, { others, optional: false })
    writeFileSync(join(folder, 'index.mts'), NODE_API)
    writeTsconfig(folder, 'nodenext', 'node')
  })

  afterAll(() => rmSync(folder, { recursive: true }))

  it('the declarations hold, with the types of Node alone', () => {
    expect(existsSync(join(folder, 'node_modules/hono'))).toBe(false)
    expect(complaintsOf(folder)).toEqual([])
  })

  it('the guard, the middleware, the verifier and the test issuer run', () => {
    const output = execFileSync(process.execPath, ['index.mts'], { cwd: folder, encoding: 'utf8' })
    const [refused, passed, info, ...statuses] = output.trim().split('\n')
    expect([refused, passed, info]).toEqual(['401', 'client_test', 'client_test'])
    expect(statuses).toEqual(['200', '200', '401', '401'])
  })
})

const NODE_API = `
  import express from 'express'
  import fastify from 'fastify'
  import { requireToken, tokenOf } from 'portcullis/express'
  import * as forFastify from 'portcullis/fastify'
  import { Refusal, verifyRequest, verifyToken } from 'portcullis/guard'
  import { mcpVerifier } from 'portcullis/mcp'
  import { testIssuer } from 'portcullis/testing'

  const issuer = testIssuer()
  const options = issuer.guardOptions()
  const refused = await verifyRequest(new Request('https://b.example'), options)
  console.log(refused instanceof Response ? refused.status : refused.client_id)
  const passed = await verifyToken(await issuer.token(), options)
  console.log(passed instanceof Refusal ? passed.status : passed.client_id)
  class OAuthError extends Error {
    constructor(_code: string, message: string) { super(message) }
  }
  const verifier = mcpVerifier(options, { OAuthError })
  console.log((await verifier.verifyAccessToken(await issuer.token())).clientId)

  const app = express()
  app.get('/', requireToken(options), (req, res) => void res.json(tokenOf(req).scopes))
  const server = app.listen(0)
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  const other = fastify()
  const onRequest = forFastify.requireToken(options)
  other.get('/', { onRequest }, async (request) => forFastify.tokenOf(request).scopes)
  const headers = { Authorization: 'Bearer ' + (await issuer.token()) }
  const ask = async () => {
    console.log((await fetch('http://localhost:' + port, { headers })).status)
    console.log((await other.inject({ url: '/', headers })).statusCode)
  }
  await ask()
  issuer.suspend()
  await ask()
  server.close()
  server.closeAllConnections()
`

describe('the command line', () => {
  it('runs on the packages that the package names, and carries no server code', async () => {
    const bin = join(installed, 'bin/portcullis.mjs')
    const version = execFileSync(process.execPath, [bin, '--version'], { encoding: 'utf8' })
    const { version: packaged } = JSON.parse(
      readFileSync(join(installed, 'package.json'), 'utf8'),
    ) as { version: string }
    expect(version.trim()).toBe(packaged)
    const { metafile } = await build({
      entryPoints: [join(installed, 'dist/cli/main.js')],
      bundle: true,
      format: 'esm',
      platform: 'node',
      metafile: true,
      write: false,
    })
    const server = /\/(actions|storage|crypto|http|console|web|mail)\/|drizzle|valibot|hono/
    expect(Object.keys(metafile.inputs).filter((input) => server.test(input))).toEqual([])
  })
})

describe('the Worker', () => {
  it('weighs at most 295 KiB gzipped, console and OpenAPI description included', async () => {
    expect(gzipSync(await bundleOf('worker.js')).length).toBeLessThanOrEqual(295 * KIB)
  })
})

function writeTsconfig(folder: string, module: 'bundler' | 'nodenext', types: string): void {
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024'],
    module: module === 'bundler' ? 'esnext' : module,
    moduleResolution: module,
    types: [types],
    strict: true,
    skipLibCheck: false,
    noEmit: true,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
}
