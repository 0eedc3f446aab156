import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtCommandLine } from '../support/node/command-line.ts'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'
import { pageOf } from '../support/node/pages.ts'

// docs/bound-tokens.md, with the program and the commands that it shows.

const ROOT = join(import.meta.dirname, '../..')
const AUDIENCE = 'https://billing.example.com'
const run = promisify(execFile)
const page = pageOf('docs/bound-tokens.md')
const [program = ''] = page.blocks
  .filter(({ language }) => language === 'js')
  .map(({ text }) => text)
const scripts = page.blocks.filter(({ language }) => language === 'bash').map(({ text }) => text)

let worker: RunningWorker
/** It asks for nonces. */
let strict: RunningWorker
let built: ReturnType<typeof builtCommandLine>
let folder = ''

beforeAll(async () => {
  ;[worker, strict] = await Promise.all([runWorker(), runWorker({ DPOP_NONCE: 'on' })])
  built = builtCommandLine()
  const permissions = [{ permission: 'invoices:read' }]
  for (const one of [worker, strict]) {
    await one.admin('POST', '/apis', { audience: AUDIENCE, name: 'Billing', permissions })
  }
  folder = mkdtempSync(join(tmpdir(), 'portcullis-bound-page-'))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  mkdirSync(join(folder, 'bin'))
  const npx = `#!/bin/sh\nshift\nexec "${process.execPath}" "${built.bin}" "$@"\n`
  writeFileSync(join(folder, 'bin/npx'), npx, { mode: 0o755 })
  writeFileSync(join(folder, 'program.mjs'), program)
})

afterAll(async () => {
  await Promise.all([worker.close(), strict.close()])
  for (const made of [built.folder, folder]) rmSync(made, { recursive: true })
})

async function environment(at = worker) {
  const { id, secret } = await at.client(AUDIENCE, 'invoices:read')
  const PATH = `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`
  const own = { CLIENT_ID: id, CLIENT_SECRET: secret, PORTCULLIS: at.issuer }
  return { ...own, PATH, HOME: folder, BOOTSTRAP_TOKEN }
}

describe('the page', () => {
  it('gets a bound token by its program, with and without its being demanded', async () => {
    const env = await environment()
    const ask = async () => {
      const { stdout } = await run(process.execPath, ['program.mjs'], { cwd: folder, env })
      return stdout.trim().split(' ')
    }
    const [type, token = ''] = await ask()
    expect(type?.toLowerCase()).toBe('dpop')
    expect(decodeJwt(token)['cnf']).toEqual({ jkt: expect.any(String) })
    const { stdout } = await run('bash', ['-c', scripts[1] ?? ''], { env })
    expect(JSON.parse(stdout)).toMatchObject({
      require_dpop: true,
      bound_since: expect.any(String),
    })
    expect((await ask())[0]?.toLowerCase()).toBe('dpop')
  })

  it('gets one by the command line, bound to the key in the file', async () => {
    const env = await environment()
    const { stdout } = await run('bash', ['-c', `set -e\n${scripts[0]}`], { cwd: folder, env })
    expect(stdout).toMatch(/cnf +\{"jkt":"[\w-]{43}"\}/)
  })

  it('gets one where the server asks for a nonce, by its program and by the command line', async () => {
    const env = await environment(strict)
    const { stdout: token } = await run(process.execPath, ['program.mjs'], { cwd: folder, env })
    expect(token).toMatch(/^dpop /i)
    const { stdout } = await run('bash', ['-c', `set -e\n${scripts[0]}`], { cwd: folder, env })
    expect(stdout).toMatch(/cnf +\{"jkt":"[\w-]{43}"\}/)
  })
})
