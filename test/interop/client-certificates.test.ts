import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pemOf } from '../support/client-certificates/presented.ts'
import { type RunningWorker, runWorker } from '../support/node/harness.ts'
import { mtlsDoor } from '../support/node/mtls-door.ts'
import { nginx, startGateway } from './support/gateway.ts'
import { debianVersion } from './support/programs.ts'
import { fetchWith, type Holder } from './support/with-certificate.ts'

// Clients that prove themselves in a real TLS handshake, which ends in front of the Worker.

const API = 'https://api.example.com'
const SECRET = 'a-secret-of-the-proxy-0123456789ab'
const SERVERS = join(import.meta.dirname, '../support/node/certificates')
const http = { [oauth.allowInsecureRequests]: true }

let door: Awaited<ReturnType<typeof mtlsDoor>>
let worker: RunningWorker
let clientId = ''

beforeAll(async () => {
  door = await mtlsDoor(SECRET)
  worker = await runWorker({ MTLS_HOST: door.host, CLIENT_CERTIFICATE_PROXY_SECRET: SECRET })
  door.to(worker.issuer)
  const permissions = [{ permission: 'invoices:read' }]
  await worker.admin('POST', '/apis', { audience: API, name: 'Billing', permissions })
  const made = await worker.admin('POST', '/clients', {
    client_name: 'Exports',
    secret: null,
    permissions: [{ audience: API, permission: 'invoices:read' }],
  })
  clientId = String(made['client_id'])
  for (const certificate of [{ san_dns: 'exports.example.com' }, { pem: pemOf('self') }]) {
    await worker.admin('POST', `/clients/${clientId}/certificates`, certificate)
  }
})

afterAll(async () => {
  door.close()
  await worker.close()
})

/** A token request with no credentials but those of the connection. */
function ask(url: string, holder: Holder | null, headers: Record<string, string> = {}) {
  const form = { grant_type: 'client_credentials', client_id: clientId }
  return fetchWith(holder)(`${url}/oauth/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(form),
  })
}

const FORGED = {
  'Client-Cert': `:${pemOf('exports').replaceAll(/-----[A-Z ]+-----|\n/g, '')}:`,
  'Client-Cert-Verified': 'SUCCESS',
  'Client-Cert-Proxy-Secret': 'a-guess-of-the-secret-0123456789abcd',
}

describe('oauth4webapi with TlsClientAuth, at the aliases of the metadata', () => {
  it.each<Holder>(['exports', 'self'])(
    'gets, introspects and revokes a token: %s',
    async (name) => {
      const issuer = new URL(worker.issuer)
      const answer = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...http })
      const server = await oauth.processDiscoveryResponse(issuer, answer)
      const client = { client_id: clientId, use_mtls_endpoint_aliases: true }
      const way = oauth.TlsClientAuth()
      const options = { ...http, [oauth.customFetch]: fetchWith(name) }
      const none = new URLSearchParams()
      const granted = await oauth.processClientCredentialsResponse(
        server,
        client,
        await oauth.clientCredentialsGrantRequest(server, client, way, none, options),
      )
      const token = granted.access_token
      const introspected = async () =>
        oauth.processIntrospectionResponse(
          server,
          client,
          await oauth.introspectionRequest(server, client, way, token, options),
        )
      expect(await introspected()).toMatchObject({ active: true, client_id: clientId })
      await oauth.processRevocationResponse(
        await oauth.revocationRequest(server, client, way, token, options),
      )
      expect(await introspected()).toMatchObject({ active: false })
    },
  )
})

/** Each way in front of the Worker: a server of Node, and nginx as the page configures it. */
const DOORS: [string, () => Promise<{ url: string; stop: () => unknown }>][] = [
  ['a proxy of our own', async () => ({ url: door.url, stop: () => {} })],
]
if (debianVersion('nginx') === null) console.log('nginx is not on this machine')
else DOORS.push(['nginx', nginxDoor])

async function nginxDoor() {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-mtls-'))
  writeFileSync(join(folder, 'ca.pem'), pemOf('ca'))
  const here = { issuer: worker.issuer, api: { id: '', secret: '' } }
  const changed = (config: string) =>
    config
      .replace('listen 443', 'listen 127.0.0.1:8080')
      .replace('/etc/nginx/mtls.pem', join(SERVERS, 'localhost.pem'))
      .replace('/etc/nginx/mtls-key.pem', join(SERVERS, 'localhost-key.pem'))
      .replace('/etc/nginx/clients-ca.pem', join(folder, 'ca.pem'))
      .replace('PROXY_SECRET', SECRET)
  const setup = { here, upstream: '', changed }
  const { url, stop } = await startGateway(nginx, 'test/interop/certificates/nginx.conf', setup)
  return { url: url.replace('http://127.0.0.1', 'https://localhost'), stop }
}

describe.each(DOORS)('%s', (_, open) => {
  let opened: Awaited<ReturnType<typeof open>>

  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened.stop())

  it('lets in who has the private key of a registered certificate', async () => {
    for (const holder of ['exports', 'self'] as const) {
      expect((await ask(opened.url, holder)).status, holder).toBe(200)
    }
  })

  it('refuses another of the same CA, and a connection without one', async () => {
    expect((await ask(opened.url, 'other')).status).toBe(401)
    expect(await (await ask(opened.url, null)).json()).toMatchObject({
      error_description: 'Client authentication is missing.',
    })
  })

  it('hands on nothing that a caller writes into its headers', async () => {
    for (const holder of ['other', null] as const) {
      expect((await ask(opened.url, holder, FORGED)).status).toBe(401)
    }
    expect((await ask(opened.url, 'exports', FORGED)).status).toBe(200)
  })
})

it('refuses headers at the Worker itself without the secret', async () => {
  const form = { grant_type: 'client_credentials', client_id: clientId }
  const body = new URLSearchParams(form)
  const guess = await fetch(`${worker.issuer}/oauth/token`, {
    method: 'POST',
    headers: FORGED,
    body,
  })
  expect(guess.status).toBe(401)
  const headers = { ...FORGED, 'Client-Cert-Proxy-Secret': SECRET }
  const right = await fetch(`${worker.issuer}/oauth/token`, { method: 'POST', headers, body })
  expect(right.status).toBe(200)
})
