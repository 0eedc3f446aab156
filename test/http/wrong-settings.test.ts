import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TURN_CLIENTS_AWAY } from '../../src/domain/health.ts'
import worker, { type WorkerEnv } from '../../src/worker.ts'
import { API, type Client, ISSUER, type Json, testServer } from '../support/server.ts'

type Vars = Partial<Record<keyof WorkerEnv, unknown>>

let sites = 0
let log: ReturnType<typeof vi.spyOn>
beforeEach(() => {
  log = vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

const logged = (): Json[] =>
  log.mock.calls.map((call: unknown[]) => JSON.parse(String(call[0])) as Json)

/** The Worker at an origin of its own, where something is configured otherwise. */
function workerWith(vars: Vars) {
  const origin = `https://site-${++sites}.example`
  const bindings = { ...env, ISSUER: origin, ...vars } as WorkerEnv

  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    const context = createExecutionContext()
    const request = new Request(origin + path, { redirect: 'manual', ...init })
    const response = await worker.fetch(request, bindings, context)
    await waitOnExecutionContext(context)
    return response
  }

  const form = (path: string, fields: Record<string, string>, headers: Record<string, string>) =>
    send(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(fields).toString(),
    })
  const asClient = (path: string, client: Client, fields: Record<string, string>) =>
    form(path, fields, { Authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` })
  const asAdmin = (path: string, bearer = env.BOOTSTRAP_TOKEN, init: RequestInit = {}) =>
    send(path, { ...init, headers: { Authorization: `Bearer ${bearer}`, ...init.headers } })

  async function token(client: Client): Promise<string> {
    const response = await asClient('/oauth/token', client, { grant_type: 'client_credentials' })
    const body = await response.json<Json>()
    if (!response.ok) throw new Error(`token: ${response.status} ${JSON.stringify(body)}`)
    return String(body['access_token'])
  }

  /** By the bootstrap token: the answer to the form. */
  const signIn = () =>
    form('/console/sign-in', { token: env.BOOTSTRAP_TOKEN ?? '' }, { Origin: origin })

  async function page(path: string): Promise<string> {
    const cookie = (await signIn()).headers.get('set-cookie')?.split(';')[0] ?? ''
    const response = await send(`/console${path}`, { headers: { Cookie: cookie } })
    return response.text()
  }

  const cron = async () => {
    const context = createExecutionContext()
    await worker.scheduled({} as ScheduledController, bindings, context)
    await waitOnExecutionContext(context)
  }
  return { send, asClient, asAdmin, token, signIn, page, cron }
}

/** A client of the API, and one that may look at health. */
async function deployment() {
  const right = testServer()
  await right.api()
  const client = await right.client({ [API]: 'invoices:read' })
  return { client, reader: await right.client({ [ISSUER]: 'clients:read' }) }
}

const CASES: [names: string[], vars: Vars, problem: string][] = [
  [
    ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'],
    { OIDC_ISSUER: 'https://zebra.example' },
    'OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be set too, as OIDC_ISSUER is: OpenID Connect sign-in is off',
  ],
  [
    ['OIDC_ISSUER'],
    { OIDC_ISSUER: 'http://zebra.example', OIDC_CLIENT_ID: 'x', OIDC_CLIENT_SECRET: 'zebra' },
    'OIDC_ISSUER must be an https URL without query and fragment: OpenID Connect sign-in is off',
  ],
  [
    ['ACCESS_AUD'],
    { ACCESS_TEAM_DOMAIN: 'zebra' },
    'ACCESS_AUD must be set too, as ACCESS_TEAM_DOMAIN is: the console is closed',
  ],
  [
    ['ACCESS_TEAM_DOMAIN'],
    { ACCESS_TEAM_DOMAIN: 'zebra.example', ACCESS_AUD: 'b0d6' },
    'ACCESS_TEAM_DOMAIN must look like team.cloudflareaccess.com: the console is closed',
  ],
  [
    ['ADMINISTRATORS'],
    { ADMINISTRATORS: 'ada@example.com, zebra; bob@example.com' },
    'entry 2 of ADMINISTRATORS is not an email address (separate addresses with commas): it adds no one',
  ],
  [
    ['METRICS'],
    { METRICS: { put: 'nothing' } },
    'METRICS must be a binding of Workers Analytics Engine: nothing is measured',
  ],
  [
    ['REMINDER_DAYS'],
    { REMINDER_DAYS: 'zebra' },
    'REMINDER_DAYS must be 1 to 10 whole numbers of days from 0 to 365, such as 30,14,7,1,0: 14 are used',
  ],
  [
    ['REMINDER_RECIPIENTS'],
    { REMINDER_RECIPIENTS: 'ada@example.com, zebra' },
    'entry 2 of REMINDER_RECIPIENTS is not an email address (separate addresses with commas): they are not reminded',
  ],
  [
    ['UNUSED_SECRET_DAYS'],
    { UNUSED_SECRET_DAYS: '7' },
    'UNUSED_SECRET_DAYS must be a whole number of days from 8 to 3650: no secret is ended because it is not used',
  ],
  [
    ['EVENTS_WEBHOOK_SECRET'],
    { EVENTS_WEBHOOK_URL: 'https://siem.example/', EVENTS_WEBHOOK_SECRET: 'zebra' },
    'EVENTS_WEBHOOK_SECRET must be whsec_ and the base64 of 24 to 64 random bytes; several are separated by a space: no event is sent',
  ],
  [
    ['SECURITY_EVENTS'],
    { SECURITY_EVENTS: 'zebra' },
    'SECURITY_EVENTS must be true or false (or 1 or 0, yes or no, on or off): it counts as off',
  ],
  [
    ['SIGNING_KEY_DAYS'],
    { SIGNING_KEY_DAYS: 0 },
    'SIGNING_KEY_DAYS must be a whole number of days from 1 to 3650: 90 are used',
  ],
  [
    ['DATABASE_LIMIT_MB'],
    { DATABASE_LIMIT_MB: 'zebra' },
    'databaseLimitMb must be a whole number of megabytes, 1 or more: 10000 are used',
  ],
  [
    ['API_DOCS'],
    { API_DOCS: 'zebra' },
    'apiDocs (API_DOCS) must be true, false, or the URL of the script of Scalar: the reference is not shown',
  ],
  [
    ['REQUIRE_IF_MATCH'],
    { REQUIRE_IF_MATCH: 'zebra' },
    'REQUIRE_IF_MATCH must be true or false (or 1 or 0, yes or no, on or off): it counts as on',
  ],
  [
    ['SECRET_DAYS_MAX'],
    { SECRET_DAYS_MAX: 'zebra' },
    'SECRET_DAYS_MAX must be a whole number of days from 1 to 730: no secret gets more days than SECRET_DAYS_DEFAULT',
  ],
  [
    ['SECRET_DAYS_DEFAULT'],
    { SECRET_DAYS_DEFAULT: '60', SECRET_DAYS_MAX: '30' },
    'SECRET_DAYS_DEFAULT must not be more than SECRET_DAYS_MAX: 30 are used',
  ],
  [
    ['ALLOWED_CREDENTIALS'],
    { ALLOWED_CREDENTIALS: 'zebra, public_key' },
    'ALLOWED_CREDENTIALS must be a list of secret, public_key, federated_credential, certificate: only public_key can be added',
  ],
  [
    ['OIDC_ACCESS_CLAIM'],
    { OIDC_MANAGE_VALUES: 'zebra' },
    'OIDC_ACCESS_CLAIM must be set too, as OIDC_MANAGE_VALUES is: access by group is off',
  ],
  [
    ['OIDC_MANAGE_VALUES', 'OIDC_VIEW_VALUES'],
    { OIDC_ACCESS_CLAIM: 'zebra', OIDC_VIEW_VALUES: ' , ' },
    'OIDC_MANAGE_VALUES or OIDC_VIEW_VALUES must be set too, as OIDC_ACCESS_CLAIM is: access by group is off',
  ],
  [
    ['DEVELOPMENT_PLAIN_HTTP'],
    { DEVELOPMENT_PLAIN_HTTP: 'true' },
    'DEVELOPMENT_PLAIN_HTTP is only for npm start: it counts as off',
  ],
  [
    ['BOOTSTRAP_TOKEN'],
    { BOOTSTRAP_TOKEN: 'zebra' },
    'BOOTSTRAP_TOKEN is too short: it needs at least 32 characters: it opens nothing',
  ],
]

describe.each(CASES)('a wrong setting that turns no client away: %j', (names, vars, problem) => {
  it('stops no token, and is told to who administers and to the log', async () => {
    const { client, reader } = await deployment()
    const { send, asClient, asAdmin, token } = workerWith(vars)
    const jwt = await token(client)
    const introspection = await asClient('/oauth/introspect', client, { token: jwt })
    expect(await introspection.json()).toMatchObject({ active: true })
    expect((await asClient('/oauth/revoke', client, { token: jwt })).status).toBe(200)
    for (const path of ['jwks.json', 'oauth-authorization-server', 'openid-configuration']) {
      expect((await send(`/.well-known/${path}`)).status).toBe(200)
    }
    const bearer = names[0] === 'BOOTSTRAP_TOKEN' ? await token(reader) : env.BOOTSTRAP_TOKEN
    expect((await asAdmin('/admin/v1/clients', bearer)).status).toBe(200)
    const health = await asAdmin('/health', bearer)
    expect(health.status).toBe(200)
    const expected = names.map((name) => ({ name, problem }))
    expect(await health.clone().json()).toMatchObject({ status: 'degraded', settings: expected })
    expect(await health.text()).not.toContain('zebra')
    expect(await (await send('/health')).json()).toEqual({ status: 'degraded' })
    const lines = logged().filter(({ setting }) => names.includes(setting as string))
    expect(JSON.stringify(lines)).not.toContain('zebra')
    // A name that an earlier case has told of is not told again.
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) expect(line).toMatchObject({ level: 'error', problem })
    expect(new Set(lines.map(({ setting }) => setting)).size).toBe(lines.length)
  })

  it('goes on in the cron, which does not tell the log once more', async () => {
    const { cron } = workerWith(vars)
    await cron()
    await cron()
    expect(logged()).toEqual([])
    const administrators = env.DB.prepare('SELECT * FROM portcullis_administrators').all()
    expect((await administrators).results).toEqual([])
  })
})

describe('the console', () => {
  it.each(CASES.slice(0, 2))('is not opened by a provider of %j', async (_names, vars, problem) => {
    const { send, signIn, page } = workerWith(vars)
    const signInPage = await send('/console/sign-in')
    const text = (await signInPage.text()).replaceAll(/\s+/g, ' ')
    expect([signInPage.status, text]).toEqual([
      200,
      expect.stringContaining('Signing in with OpenID Connect isn’t possible now'),
    ])
    expect(text).not.toMatch(/OIDC_|zebra|sign-in\/oidc/)
    for (const path of ['/sign-in/oidc', '/sign-in/oidc/callback?code=a&state=b']) {
      const response = await send(`/console${path}`)
      expect(response.headers.get('location')).toBe('/console/sign-in')
      expect(response.headers.get('set-cookie')).toBeNull()
    }
    expect((await signIn()).headers.get('location')).toBe('/console/clients')
    expect(await page('/setup')).toContain(problem)
  })

  it.each(CASES.slice(2, 4))('is closed to everybody with %j', async (_names, vars) => {
    const open = workerWith({})
    const cookie = (await open.signIn()).headers.get('set-cookie')?.split(';')[0] ?? ''
    const { send, signIn } = workerWith(vars)
    const headers = { Cookie: cookie, 'Cf-Access-Jwt-Assertion': 'x.y.z' }
    const answers = [await signIn()]
    for (const path of ['/sign-in', '/sign-in/oidc', '/clients', '/setup', '/nothing']) {
      answers.push(await send(`/console${path}`, { headers }))
    }
    for (const answer of answers) {
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([503, null])
      const text = await answer.text()
      expect(text).toContain('The console is closed')
      expect(text).not.toMatch(/ACCESS_|zebra/)
    }
    expect((await send('/console/style.css')).status).toBe(200)
  })

  it.each(CASES.slice(4, 16))('says in Setup what is wrong: %j', async (_names, vars, problem) => {
    const { page } = workerWith(vars)
    expect(await page('/setup')).toContain(problem)
    expect(await page('/setup')).not.toContain('zebra')
  })

  it('is not opened by a bootstrap token that is too short', async () => {
    const { send, asAdmin } = workerWith({ BOOTSTRAP_TOKEN: 'short' })
    expect((await asAdmin('/admin/v1/clients', 'short')).status).toBe(401)
    expect(await (await send('/console/sign-in')).text()).not.toContain('name="token"')
  })

  it('has nothing to say where no setting is wrong', async () => {
    const { page, asAdmin } = workerWith({})
    expect(await page('/setup')).toContain('All settings are valid.')
    expect(await (await asAdmin('/health')).json()).toMatchObject({ settings: [] })
  })
})

describe.each(TURN_CLIENTS_AWAY)('a wrong setting that turns clients away: %s', (name) => {
  it('is failing in health, and Setup does not say that tokens are issued all the same', async () => {
    const { send, asAdmin, page } = workerWith({ [name]: 'zebra, and no host' })
    const health = await asAdmin('/health')
    expect(await health.json()).toMatchObject({ status: 'failing', settings: [{ name }] })
    expect((await send('/health?fail_on=failing')).status).toBe(503)
    const setup = await page('/setup')
    expect(setup).toContain('Clients are turned away.')
    expect(setup).not.toContain('Tokens are issued all the same')
  })
})

it('demands If-Match where nobody can tell whether it is to be demanded', async () => {
  const { asAdmin } = workerWith({ REQUIRE_IF_MATCH: 'perhaps' })
  const init = { method: 'DELETE' }
  expect((await asAdmin('/admin/v1/roles/none', env.BOOTSTRAP_TOKEN, init)).status).toBe(428)
})

it('demands a proof where nobody can tell whether it is to be demanded', async () => {
  const { client } = await deployment()
  const { asClient, page } = workerWith({ REQUIRE_DPOP: 'perhaps' })
  const answer = await asClient('/oauth/token', client, { grant_type: 'client_credentials' })
  expect(await answer.json()).toMatchObject({ error: 'invalid_dpop_proof' })
  expect(await page('/setup')).toContain('REQUIRE_DPOP must be true or false')
})

it('takes the rules for credentials from the environment', async () => {
  const { page } = workerWith({
    SECRET_DAYS_DEFAULT: '30',
    SECRET_DAYS_MAX: 60,
    ALLOWED_CREDENTIALS: 'secret,certificate',
    REQUIRE_DPOP: 'on',
  })
  const text = await page('/setup')
  expect(text).toContain('A new secret lasts 30 days by default, and 60 days at most.')
  expect(text).toContain('Credentials that can be added: secret, certificate.')
  expect(text).toContain('Every client needs a DPoP proof for a token.')
})

describe('what tokens stand on must be right', () => {
  it.each([
    ['PEPPER', { PEPPER: '1:zebra' }],
    ['WRAPPING_KEY', { WRAPPING_KEY: '' }],
    ['AUDIT_KEY', { AUDIT_KEY: 'zebra' }],
    ['COOKIE_KEY', { COOKIE_KEY: undefined }],
    ['CLOSED', { CLOSED: 'zebra' }],
    ['SIGNING_ALGORITHM', { SIGNING_ALGORITHM: 'zebra' }],
    ['ISSUER', { ISSUER: 'http://zebra.example' }],
    ['DB', { DB: undefined }],
    ['DENYLIST', { DENYLIST: {} }],
  ])('%s: 503, and health and the log name it', async (name, vars) => {
    const { send, asAdmin } = workerWith(vars)
    const ill = { status: 'unavailable', failing: ['configuration'], wrong_settings: [name] }
    for (const response of [await send('/health'), await asAdmin('/health')]) {
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
      expect(await response.json()).toEqual(ill)
    }
    const token = await send('/oauth/token', { method: 'POST' })
    expect([token.status, await token.json()]).toEqual([
      503,
      expect.objectContaining({ error: 'temporarily_unavailable' }),
    ])
    expect((await asAdmin('/admin/v1/clients')).status).toBe(503)
    for (const line of logged()) expect(line['settings']).toEqual([name])
    expect(JSON.stringify(logged())).not.toContain('zebra')
  })
})
