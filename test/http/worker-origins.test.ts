import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import worker, { type WorkerEnv } from '../../src/worker.ts'
import { mailbox } from '../doubles/mailbox.ts'
import { routesOfTheApp } from '../support/routes.ts'
import { CLOUDFLARE, type Json, testServer } from '../support/server.ts'

afterEach(() => vi.restoreAllMocks())

const BEARER = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }

/** A Worker that was told nothing of where it is, but what it is told here. */
const bare = (vars: Partial<WorkerEnv> = {}): WorkerEnv => ({ ...env, ISSUER: '', ...vars })

async function ask(url: string, bindings: WorkerEnv, init: RequestInit = {}): Promise<Response> {
  const context = createExecutionContext()
  const request = new Request(url, { cf: CLOUDFLARE, redirect: 'manual', ...init })
  const response = await worker.fetch(request, bindings, context)
  await waitOnExecutionContext(context)
  return response
}

const detailOf = async (url: string, bindings: WorkerEnv): Promise<Json> =>
  (await ask(`${url}/health`, bindings, { headers: BEARER })).json()

describe('a Worker that answers at any host', () => {
  const bindings = bare()
  let address = 0
  const here = () => `198.51.100.${++address}`

  async function attempt(host: string, from: string, secret = 'wrong') {
    const body = `grant_type=client_credentials&client_id=nobody&client_secret=${secret}`
    const headers = { ...FORM, 'CF-Connecting-IP': from }
    return (await ask(`https://${host}/oauth/token`, bindings, { method: 'POST', headers, body }))
      .status
  }

  it('counts what fails at one with what fails at another', async () => {
    const from = here()
    for (let i = 0; i < 100; i++) expect(await attempt(`host-${i % 4}.example`, from)).toBe(401)
    expect(await attempt('host-9.example', from)).toBe(429)
  })

  it('forgets no failure though forty hosts are named', async () => {
    const from = here()
    for (let i = 0; i < 100; i++) await attempt('host.example', from)
    for (let i = 0; i < 40; i++) expect(await attempt(`named-${i}.example`, from)).toBe(429)
    expect(await attempt('host.example', from)).toBe(429)
  })

  it('counts guesses of the bootstrap token at all of them', async () => {
    const from = here()
    const guess = async (i: number) => {
      const headers = { Authorization: `Bearer guess-${i}`, 'CF-Connecting-IP': from }
      const url = `https://guessed-${i % 20}.example/admin/v1/clients`
      return (await ask(url, bindings, { headers })).status
    }
    for (let i = 0; i < 100; i++) expect(await guess(i)).toBe(401)
    expect(await guess(100)).toBe(429)
  })

  it('keeps the host that is in use, and drops one for each that is named', async () => {
    let made = 0
    const counting = bare()
    const { PEPPER } = counting
    // Read when a server meets an environment for the first time.
    Object.defineProperty(counting, 'PEPPER', { get: () => (made++, PEPPER) })
    const call = (host: string) => ask(`https://${host}/.well-known/jwks.json`, counting)
    await call('busy.example')
    expect(made).toBe(1)
    for (let i = 0; i < 40; i++) {
      await call(`passing-${i}.example`)
      await call('busy.example')
    }
    expect(made).toBe(41)
    for (let i = 39; i > 25; i--) await call(`passing-${i}.example`)
    expect(made).toBe(41)
    await call('passing-0.example')
    expect(made).toBe(42)
  })
})

describe('a Worker without an issuer', () => {
  const NOW = Math.floor(Date.now() / 1000)

  async function mailed(vars: Partial<WorkerEnv>) {
    const box = mailbox()
    const server = testServer({ now: NOW })
    await server.adminOk('POST', '/administrators', { email: 'ada@example.com', access: 'manage' })
    const expires_on = new Date((NOW + 5 * 86_400) * 1000).toISOString().slice(0, 10)
    await server.client({}, { secret: { expires_on } })
    const { EMAIL } = box
    const bindings = bare({ EMAIL, MAIL_FROM: 'portcullis@example.com', ...vars })
    const context = createExecutionContext()
    await worker.scheduled(createScheduledController(), bindings, context)
    await waitOnExecutionContext(context)
    expect(box.mails).toHaveLength(1)
    return box.mails[0]?.text ?? ''
  }

  it('reminds by mails that lead nowhere, because nobody said where', async () => {
    const text = await mailed({})
    expect(text).toContain('Nightly billing export')
    expect(text).toContain('You get this email because you are an administrator of Portcullis. It')
    expect(text).not.toMatch(/https?:|invalid|null|Open this client/)
  })

  it('links to the console with one', async () => {
    const text = await mailed({ ISSUER: 'https://mailed.example/auth' })
    expect(text).toContain('Open this client: https://mailed.example/auth/console/clients/client_')
  })

  it('sends a test mail without the host that its sender named', async () => {
    const box = mailbox()
    const bindings = bare({ EMAIL: box.EMAIL, MAIL_FROM: 'portcullis@example.com' })
    const server = testServer()
    await server.adminOk('POST', '/administrators', { email: 'ada@example.com', access: 'manage' })
    const url = 'https://named.example/admin/v1/reminders/test'
    const sent = await ask(url, bindings, { method: 'POST', headers: BEARER })
    expect(sent.status).toBe(200)
    expect(box.mails[0]?.text).not.toMatch(/named\.example|https?:/)
  })

  it.each([
    ['', 'https://health.example', false],
    ['https://given.example', 'https://given.example', true],
    ['https://given.example/auth', 'https://given.example/auth', true],
  ])('says in its health whether there is one: %j', async (ISSUER, url, isThere) => {
    expect(await detailOf(url, bare({ ISSUER }))).toMatchObject({ issuer_configured: isThere })
    expect(await (await ask(`${url}/health`, bare({ ISSUER }))).json()).toEqual({ status: 'ok' })
  })

  it.each([
    ['', 'https://setup.example', 'Needs attention'],
    ['https://set-up.example', 'https://set-up.example', 'OK'],
  ])('says so in Setup: %j', async (ISSUER, origin, mark) => {
    const url = `${origin}/console`
    const bindings = bare({ ISSUER })
    const signedIn = await ask(`${url}/sign-in`, bindings, {
      method: 'POST',
      headers: { ...FORM, Origin: origin },
      body: new URLSearchParams({ token: env.BOOTSTRAP_TOKEN ?? '' }).toString(),
    })
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const page = await (await ask(`${url}/setup`, bindings, { headers: { Cookie: cookie } })).text()
    const row = page.split('<dt>').find((one) => one.includes('<b>Issuer</b>')) ?? ''
    expect(row).toContain(` ${mark}<`)
    expect(row.includes('ISSUER isn’t set')).toBe(ISSUER === '')
    expect(row.includes(`ISSUER = &quot;${origin}&quot;`)).toBe(ISSUER === '')
  })
})

describe('an issuer with a path', () => {
  const ORIGIN = 'https://path.example'
  const bindings = bare({ ISSUER: `${ORIGIN}/t/auth` })
  const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

  it('answers at its path, and at no path of the root, whatever the method', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const paths = new Set((await routesOfTheApp()).map((route) => route.split(' ')[1] ?? ''))
    const asked = [...paths].map((path) =>
      path.replace(/:slash\{\$\}|\*$/, '').replaceAll(/:\w+/g, 'x'),
    )
    expect(asked.length).toBeGreaterThan(50)
    for (const path of [...asked, '/', '', '/console', '/health', '/admin', '/oauth']) {
      for (const method of METHODS) {
        const response = await ask(ORIGIN + path, bindings, { method, headers: BEARER })
        expect([method, path, response.status]).toEqual([method, path, 404])
      }
    }
    expect((await ask(`${ORIGIN}/t/auth/health`, bindings)).status).toBe(200)
    for (const end of ['', '/']) {
      const way = await ask(`${ORIGIN}/t/auth/console${end}`, bindings)
      expect([way.status, way.headers.get('location')]).toEqual([302, '/t/auth/console/clients'])
    }
    expect((await ask(`${ORIGIN}/t/auth`, bindings)).status).toBe(200)
  })

  it('has at the root the documents that RFC 8414 puts there, and no others', async () => {
    for (const name of ['oauth-authorization-server', 'openid-configuration']) {
      const metadata = await ask(`${ORIGIN}/.well-known/${name}/t/auth`, bindings)
      expect(await metadata.json()).toMatchObject({ issuer: `${ORIGIN}/t/auth` })
      expect((await ask(`${ORIGIN}/.well-known/${name}`, bindings)).status).toBe(404)
      expect((await ask(`${ORIGIN}/t/auth/.well-known/${name}`, bindings)).status).toBe(200)
    }
    expect((await ask(`${ORIGIN}/.well-known/jwks.json`, bindings)).status).toBe(404)
  })

  it.each([
    '/t',
    '/t/',
    '/t/auth-x/health',
    '/t/authhealth',
    '/t/auth/t/auth/health',
    '/T/auth/health',
  ])('is not at %s', async (path) => {
    expect((await ask(ORIGIN + path, bindings)).status).toBe(404)
  })
})
