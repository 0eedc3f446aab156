import type { TestHarness } from 'wrangler'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startWorkers } from '../support/node/harness.ts'
import {
  apache,
  caddy,
  type Gateway,
  nginx,
  startGateway,
  type GatewaySetup,
} from './support/gateway.ts'
import { checkTable } from './support/matrix.ts'
import { AUDIENCE, openPlace, type Place, tokenOf } from './support/place.ts'
import { debianVersion } from './support/programs.ts'
import { closeServers, served } from './support/served.ts'

// Gateways in front of an API that knows no tokens, each as docs/gateways.md configures it.

type Row = {
  name: string
  /** Debian's. */
  needs: string
  /** The header by which the API learns who asks. */
  tells: string
  start: (setup: GatewaySetup) => Promise<Gateway>
}

const OURS = 'test/interop/gateways'
const FORWARD_AUTH = 'examples/forward-auth'

const ALL = [
  {
    name: 'mod_auth_openidc',
    needs: 'libapache2-mod-auth-openidc',
    tells: 'OIDC_CLAIM_client_id',
    start: (setup) => startGateway(apache('auth_openidc'), `${OURS}/mod_auth_openidc.conf`, setup),
  },
  {
    name: 'mod_oauth2',
    needs: 'libapache2-mod-oauth2',
    tells: 'OAUTH2_CLAIM_client_id',
    start: (setup) => {
      // It trusts what Debian trusts, and cannot be told of another authority: plain HTTP, then.
      const here = { ...setup.here, issuer: place.worker.issuer }
      return startGateway(apache('rewrite', 'oauth2'), `${OURS}/mod_oauth2.conf`, {
        ...setup,
        here,
      })
    },
  },
  {
    name: 'nginx with njs',
    needs: 'libnginx-mod-http-js',
    tells: 'X-Client-Id',
    start: (setup) => startGateway(nginx, `${OURS}/nginx-njs.conf`, setup),
  },
  {
    name: 'nginx and examples/forward-auth',
    needs: 'nginx',
    tells: 'X-Client-Id',
    start: (setup) => startGateway(nginx, `${FORWARD_AUTH}/nginx.conf`, setup),
  },
  {
    name: 'Caddy and examples/forward-auth',
    needs: 'caddy',
    tells: 'X-Client-Id',
    start: (setup) => startGateway(caddy, `${FORWARD_AUTH}/Caddyfile`, setup),
  },
] as const satisfies Row[]

const versions = new Map(ALL.map(({ name, needs }) => [name, debianVersion(needs)]))
const isHere = (name: string) => versions.get(name as (typeof ALL)[number]['name']) !== null
const rows = ALL.filter(({ name }) => isHere(name))
for (const { name } of ALL) if (!isHere(name)) console.log(`${name} is not on this machine`)

let forwardAuth: TestHarness
const running: Gateway[] = []
/** The answer of each while the server cannot be reached. */
const whileDown = new Map<string, string>()
let place: Place
let api: Client
let upstream = ''
let asks = ''

beforeAll(async () => {
  place = await openPlace()
  api = await place.register(AUDIENCE, 'invoices:write')
  upstream = await served((req, res) => void res.end(JSON.stringify(req.headers)))
  const vars = { ISSUER: place.issuer, CLIENT_ID: api.id, CLIENT_SECRET: api.secret }
  const configPath = 'forward-auth/wrangler.toml'
  const root = `${import.meta.dirname}/../../examples`
  const started = await startWorkers([{ configPath, vars }], root)
  forwardAuth = started.harness
  asks = started.url.origin.replace('127.0.0.1', 'localhost')
})

afterAll(async () => {
  await Promise.all(running.map((gateway) => gateway.stop()))
  closeServers()
  await forwardAuth.close()
  await place.close()
})

/** `changed` is how a reader might have left the configuration: what the warnings are about. */
async function gateway({ start }: Row, changed?: GatewaySetup['changed']) {
  const here = { issuer: place.issuer, api }
  const started = await start({ here, upstream, asks, ...(changed && { changed }) })
  running.push(started)
  return (token: string | null, more: Record<string, string> = {}) =>
    fetch(`${started.url}/invoices?from=2026`, {
      headers: { ...more, ...(token !== null && { Authorization: `Bearer ${token}` }) },
    })
}

describe.each(rows)('$name', (row) => {
  let ask: Awaited<ReturnType<typeof gateway>>

  beforeAll(async () => {
    ask = await gateway(row)
  })

  it('lets in who has a token, to the very next request', async () => {
    const here = await place.newcomer(AUDIENCE, api)
    const token = await tokenOf(here)
    expect((await ask(token)).status).toBe(200)
    await place.suspend(here)
    expect((await ask(token)).status).toBe(401)
    await place.resume(here)
    expect((await ask(token)).status).toBe(200)
  })

  it('tells the API who asks, and believes no caller in that', async () => {
    const here = await place.newcomer(AUDIENCE, api)
    const answer = await ask(await tokenOf(here), { [row.tells]: 'client_of_a_liar' })
    const seen = (await answer.json()) as Record<string, string>
    expect(seen[row.tells.toLowerCase()]).toBe(here.client.id)
  })

  it('refuses none, garbage, another API’s, and one that lacks the scope', async () => {
    const here = await place.newcomer(AUDIENCE, api)
    const weak = await place.worker.client(AUDIENCE, 'invoices:write')
    const others = await tokenOf({ ...here, audience: here.other })
    for (const token of [null, 'garbage', others, `${others}x`]) {
      expect([token, (await ask(token)).status]).toEqual([token, 401])
    }
    expect((await ask(await tokenOf({ ...here, client: weak }))).status).toBe(403)
  })

  it('lets nobody in while the server is down', async () => {
    const here = await place.newcomer(AUDIENCE, api)
    const askMeanwhile = await gateway(row, (config) =>
      config
        .replaceAll('https://auth.example.com', 'https://localhost:1')
        .replaceAll('localhost:8788', 'localhost:1'),
    )
    const { status } = await askMeanwhile(await tokenOf(here))
    expect(status).toBeGreaterThan(400)
    whileDown.set(row.name, String(status))
  })
})

const rowOf = (name: (typeof ALL)[number]['name']) => rows.filter((row) => row.name === name)

// The behaviour that docs/gateways.md warns of.

const forgetful = [
  ...rowOf('mod_auth_openidc').map((row) => ({
    row,
    setting: /^OIDC.*Interval.*$/m,
    // Its shared memory takes keys of up to 511 bytes, which a token is not, but its hash is.
    instead: 'OIDCCacheEncrypt On\nOIDCCryptoPassphrase of-the-tests',
  })),
  ...rowOf('mod_oauth2').map((row) => ({ row, setting: /&expiry=0/, instead: '' })),
]
it.each(forgetful)(
  'left as it comes, $row.name believes an old answer',
  async ({ row, setting, instead }) => {
    const here = await place.newcomer(AUDIENCE, api)
    const ask = await gateway(row, (config) => config.replace(setting, instead))
    const token = await tokenOf(here)
    expect((await ask(token)).status).toBe(200)
    await place.suspend(here)
    expect((await ask(token)).status).toBe(200)
  },
)

it.each(rowOf('mod_oauth2'))(
  'left as it comes, $name finds no scope beside another',
  async (row) => {
    const here = await place.newcomer(AUDIENCE, api)
    const both = await place.worker.client(AUDIENCE, 'invoices:read', 'invoices:write')
    const tokens = [await tokenOf(here), await tokenOf({ ...here, client: both })]
    const statuses = async (changed?: GatewaySetup['changed']) => {
      const ask = await gateway(row, changed)
      return Promise.all(tokens.map(async (token) => (await ask(token)).status))
    }
    expect(await statuses()).toEqual([200, 200])
    const required = 'Require oauth2_claim scope:invoices:read'
    expect(await statuses((config) => config.replace(/^ *Require .*$/m, required))).toEqual([
      200, 403,
    ])
  },
)

it.each(rowOf('nginx and examples/forward-auth'))(
  'asked without njs, nginx lets in who sends garbage',
  async (row) => {
    const naive = `
    proxy_method POST;
    proxy_set_header Content-Type application/x-www-form-urlencoded;
    proxy_set_header Authorization "Basic ${btoa(`${api.id}:${api.secret}`)}";
    proxy_set_body "token=garbage";
    proxy_pass https://auth.example.com/oauth/introspect;`
    const ask = await gateway(row, (config) => config.replace(/proxy_method GET;[^}]*/, naive))
    expect((await ask('garbage')).status).toBe(200)
  },
)

it('docs/interop.md says what was seen of gateways', () => {
  const head = ['gateway', 'version', 'tells the API who, in', 'while the server is down']
  const seen = ALL.map(({ name, tells }) => ({
    name,
    version: versions.get(name) ?? null,
    of: 'Debian' as const,
    cells: [`\`${tells}\``, whileDown.get(name) ?? ''],
  }))
  checkTable('gateways', head, seen)
})
