import { Hono } from 'hono'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createAuthServer } from '../../src/index.ts'
import type { WorkerEnv } from '../../src/worker.ts'
import { callerOf, mount, optionsAt } from './mounted.ts'

describe('a wrong option is refused when the server is made', () => {
  it.each([
    ['issuer', undefined],
    ['issuer', 'auth.example'],
    ['issuer', 'http://auth.example'],
    ['issuer', 'https://auth.example/'],
    ['issuer', 'https://auth.example/auth/'],
    ['issuer', 'https://auth.example?tenant=acme'],
    ['issuer', 'https://auth.example#here'],
    ['issuer', 'https://someone@auth.example'],
    ['issuer', 'https://AUTH.example'],
    ['signingAlgorithm', 'HS256'],
    ['signingAlgorithm', 'none'],
    ['reminderDays', -1],
    ['reminderDays', 1.5],
    ['reminderDays', []],
    ['reminderDays', [14, 366]],
    ['unusedSecretDays', 7],
    ['signingKeyDays', 4000],
    ['apiDocs', 'tomorrow'],
    ['bindings', undefined],
    ['bindings', {}],
    ['failureLimits.perClient', 0],
    ['failureLimits.perAddress', 0],
    ['failureLimits.perClient', 1.5],
    ['failureLimits.perAddress', Number.NaN],
  ])('%s: %j', (name, value) => {
    const [option = '', part] = name.split('.')
    const wrong = { ...optionsAt('/'), [option]: part ? { [part]: value } : value }
    expect(() => createAuthServer(wrong)).toThrow(TypeError)
    expect(() => createAuthServer(wrong)).toThrow(name)
  })

  it.each(['https://auth.example', 'https://auth.example/t/acme', 'http://localhost:8787/auth'])(
    'but the issuer %s is right',
    (issuer) => {
      expect(() => createAuthServer({ ...optionsAt('/'), issuer })).not.toThrow()
    },
  )
})

it('an issuer may be plain http where the host says that it is for development', () => {
  const issuer = 'http://host.docker.internal:8787'
  const options = { ...optionsAt('/'), issuer }
  expect(() => createAuthServer({ ...options, plainHttpInDevelopment: true })).not.toThrow()
  expect(() => createAuthServer({ ...options, plainHttpInDevelopment: false })).toThrow(TypeError)
  const other = { ...options, issuer: 'ftp://host.docker.internal', plainHttpInDevelopment: true }
  expect(() => createAuthServer(other)).toThrow('https')
})

describe('a secret that is missing or too short', () => {
  afterEach(() => vi.restoreAllMocks())

  const SHORT = '1:hunter2'
  const wrong: [string, Partial<WorkerEnv>][] = [
    ['PEPPER', { PEPPER: SHORT }],
    ['WRAPPING_KEY', { WRAPPING_KEY: SHORT }],
    ['AUDIT_KEY', { AUDIT_KEY: SHORT }],
    ['COOKIE_KEY', { COOKIE_KEY: SHORT }],
    ['PEPPER', { PEPPER: undefined as unknown as string }],
    ['COOKIE_KEY', { COOKIE_KEY: '' }],
    ['D1', { DB: undefined as unknown as D1Database }],
    ['KV', { DENYLIST: undefined as unknown as KVNamespace }],
  ]

  it.each(wrong)(
    '%s: serves no request, and the log says why without quoting it',
    async (name, e) => {
      const logged = vi.spyOn(console, 'error').mockReturnValue()
      const app = new Hono()
      app.get('/', (c) => c.text('the host goes on'))
      mount(app, '/auth')
      const { call, administer } = callerOf(app, e)
      const health = await call('/auth/health')
      for (const response of [
        health.clone(),
        await call('/auth/oauth/token', { method: 'POST' }),
        await call('/auth/.well-known/jwks.json'),
        await administer('/auth', 'GET', '/clients'),
      ]) {
        expect(response.status).toBe(503)
        expect(response.headers.get('retry-after')).toBe('5')
        expect(await response.text()).not.toContain('hunter2')
      }
      expect(await health.json()).toMatchObject({ wrong_settings: Object.keys(e) })
      expect(logged).toHaveBeenCalledTimes(4)
      const lines = logged.mock.calls.map(([line]) => String(line))
      expect(lines[0]).toContain(name)
      expect(lines.join()).not.toContain('hunter2')
      expect(await (await call('/')).text()).toBe('the host goes on')
    },
  )
})

it('a setting for people that is wrong lets nobody in, and the server goes on', async () => {
  const logged = vi.spyOn(console, 'error').mockReturnValue()
  const app = new Hono()
  mount(app, '/auth')
  const { call, administer } = callerOf(app, { BOOTSTRAP_TOKEN: 'hunter2' })
  expect((await call('/auth/.well-known/jwks.json')).status).toBe(200)
  expect((await administer('/auth', 'GET', '/clients')).status).toBe(401)
  const lines = logged.mock.calls.map(([line]) => String(line))
  expect(lines).toEqual([expect.stringContaining('"setting":"BOOTSTRAP_TOKEN"')])
  expect(lines.join()).not.toContain('hunter2')
  vi.restoreAllMocks()
})
