import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  copyOfProject,
  freePort,
  npmStart,
  type Started,
  stop,
  untilReady,
} from '../support/node/start.ts'

/** Those by which others reach this machine, if it has any. */
const ownAddresses = () =>
  Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)

describe('npm start on a fresh copy', () => {
  let copy = ''
  let port = 0
  let started: Started

  beforeAll(async () => {
    copy = copyOfProject()
    port = await freePort()
    started = npmStart(copy, { PORT: String(port) })
    await untilReady(started)
  })

  afterAll(async () => {
    await stop(started)
    rmSync(copy, { recursive: true })
  })

  it('writes random secrets that only their owner can read', () => {
    const vars = readFileSync(join(copy, '.dev.vars'), 'utf8')
    expect(vars).toMatch(/^BOOTSTRAP_TOKEN="[0-9A-Za-z]{43}"$/m)
    expect(statSync(join(copy, '.dev.vars')).mode & 0o777).toBe(0o600)
  })

  it('prints commands that work when they are pasted', () => {
    const commands = started.output().match(/^ {2}(TOKEN=|curl |\. ).*$/gm) ?? []
    const [token = '', introspect = '', vars = '', suspend = '', resume = ''] = commands
    const script = [token, introspect, vars, suspend, introspect, resume, introspect].join('\n')
    const output = execFileSync('bash', ['-c', script], { cwd: copy, encoding: 'utf8' })
    const [jwt = '', active = '', suspended = '', inactive = '', resumed = '', again = ''] = output
      .trim()
      .split('\n')
    expect(jwt).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(JSON.parse(active)).toMatchObject({ active: true, scope: 'invoices:read' })
    expect(JSON.parse(suspended)).toMatchObject({ status: 'suspended' })
    expect(JSON.parse(inactive)).toEqual({ active: false })
    expect(JSON.parse(resumed)).toMatchObject({ status: 'available' })
    expect(JSON.parse(again)).toEqual(JSON.parse(active))
  })

  it('runs the cron when it is asked to', async () => {
    const response = await fetch(`http://localhost:${port}/cdn-cgi/handler/scheduled`)
    expect(response.status).toBe(200)
  })

  it('keeps its state and its sample when it is started again', async () => {
    const before = started.output().match(/client_\w+/)?.[0]
    await stop(started)
    started = npmStart(copy, { PORT: String(port) })
    await untilReady(started)
    expect(started.output()).toContain(`${before}/suspension`)
  })

  it('is where its issuer says, path and all', async () => {
    const elsewhere = await freePort()
    const issuer = `http://localhost:${elsewhere}/t/auth`
    const other = npmStart(copy, { PORT: String(elsewhere), ISSUER: issuer, STATE_DIR: 'other' })
    try {
      await untilReady(other)
      expect(other.output()).toContain(`Portcullis is ready on ${issuer}\n`)
      expect(other.output()).toContain(`The console: ${issuer}/console `)
      expect((await fetch(`${issuer}/health`)).status).toBe(200)
      expect((await fetch(`http://localhost:${elsewhere}/health`)).status).toBe(404)
    } finally {
      await stop(other)
    }
  })

  it('is reached by other containers where it is told to, by the name that they have for it', async () => {
    const elsewhere = await freePort()
    const issuer = `http://host.docker.internal:${elsewhere}`
    const other = npmStart(copy, {
      PORT: String(elsewhere),
      STATE_DIR: 'plain',
      ISSUER: issuer,
      BIND_ADDRESS: '0.0.0.0',
      DEVELOPMENT_PLAIN_HTTP: 'true',
    })
    try {
      await untilReady(other)
      for (const address of ['127.0.0.1', ...ownAddresses()]) {
        const url = `http://${address}:${elsewhere}/.well-known/oauth-authorization-server`
        expect(await (await fetch(url)).json()).toMatchObject({
          issuer,
          token_endpoint: `${issuer}/oauth/token`,
        })
      }
    } finally {
      await stop(other)
    }
  })

  it('says in one line that the port is in use, and ends', async () => {
    const other = npmStart(copy, { PORT: String(port) })
    expect(await other.ended).toBe(1)
    expect(other.output().trim().split('\n')).toHaveLength(1)
    expect(other.output()).toContain(`Port ${port} is in use`)
  })

  it('leaves a state that was made with other keys alone, and says where its keys are', async () => {
    await stop(started)
    const [vars, kept] = [join(copy, '.dev.vars'), join(copy, '.wrangler/state/portcullis.env')]
    const keys = readFileSync(kept, 'utf8')
    rmSync(vars)
    const other = npmStart(copy, { PORT: String(port) })
    expect(await other.ended).toBe(1)
    expect(other.output()).toMatch(/made with another PEPPER, WRAPPING_KEY, AUDIT_KEY, COOKIE_KEY/)
    expect(other.output()).toContain(`${kept}: copy it to .dev.vars`)
    expect([readFileSync(kept, 'utf8'), existsSync(vars)]).toEqual([keys, false])
    copyFileSync(kept, vars)
    started = npmStart(copy, { PORT: String(port) })
    await untilReady(started)
  })
})

describe('npm start that cannot', () => {
  let copy = ''
  beforeAll(() => {
    copy = copyOfProject()
  })
  afterAll(() => rmSync(copy, { recursive: true }))

  async function refused(environment: Record<string, string>): Promise<string> {
    const started = npmStart(copy, { PORT: String(await freePort()), ...environment })
    expect(await started.ended).toBe(1)
    expect(started.output().trim().split('\n')).toHaveLength(1)
    return started.output()
  }

  it('names a secret that is too short', async () => {
    expect(await refused({ PEPPER: '1:short' })).toMatch(/PEPPER is too short.*\.dev\.vars/)
    expect(await refused({ BOOTSTRAP_TOKEN: 'short' })).toContain('BOOTSTRAP_TOKEN is too short')
  })

  it('names a secret that is missing', async () => {
    const vars = readFileSync(join(copy, '.dev.vars'), 'utf8')
    writeFileSync(join(copy, '.dev.vars'), vars.replace(/^AUDIT_KEY.*$/m, ''))
    expect(await refused({})).toContain('AUDIT_KEY is missing')
    writeFileSync(join(copy, '.dev.vars'), vars)
  })

  it('names a state folder that cannot be written, and a port that is none', async () => {
    const file = join(copy, 'a-file')
    writeFileSync(file, '')
    chmodSync(file, 0o444)
    expect(await refused({ STATE_DIR: join(file, 'state') })).toContain('STATE_DIR')
    expect(await refused({ PORT: 'http' })).toContain('PORT is "http"')
    expect(await refused({ SIGNING_ALGORITHM: 'HS256' })).toContain('SIGNING_ALGORITHM')
    expect(await refused({ CLOSED: 'tomorrow' })).toContain('CLOSED must be true or false')
    expect(await refused({ ISSUER: 'https://x.example/?a' })).toContain('issuer')
  })

  it('names the switch without which nothing leaves this machine in plain http', async () => {
    const issuer = await refused({ ISSUER: 'http://host.docker.internal:8787' })
    expect(issuer).toContain('DEVELOPMENT_PLAIN_HTTP')
    const address = await refused({ BIND_ADDRESS: '0.0.0.0' })
    expect(address).toContain('DEVELOPMENT_PLAIN_HTTP=true')
    expect(await refused({ BIND_ADDRESS: 'everywhere' })).toContain('BIND_ADDRESS is "everywhere"')
    const on = { DEVELOPMENT_PLAIN_HTTP: 'true', BIND_ADDRESS: '192.0.2.1' }
    expect(await refused(on)).toContain('192.0.2.1 is not an address of this machine')
    expect(await refused({ DEVELOPMENT_PLAIN_HTTP: 'maybe' })).toContain('must be true or false')
  })
})
