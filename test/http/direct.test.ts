import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import worker, { type WorkerEnv } from '../../src/worker.ts'
import { API, type Client, ISSUER, type Json, testServer } from '../support/server.ts'
import { buildServer } from '../world/build.ts'

// The Worker answers its busiest paths itself, and leaves the others to Hono, as a host does with all of them.

const bindings = (vars: Partial<WorkerEnv> = {}) => ({ ...env, ISSUER, ...vars }) as WorkerEnv

async function ask(path: string, init: RequestInit = {}, vars: Partial<WorkerEnv> = {}) {
  const context = createExecutionContext()
  const url = new URL(vars.ISSUER ?? ISSUER).origin + path
  const response = await worker.fetch(new Request(url, init), bindings(vars), context)
  await waitOnExecutionContext(context)
  return response
}

/** All that can be compared: tokens and their identifiers are new each time. */
async function summaryOf(response: Response) {
  const text = await response.text()
  const body = text.replaceAll(/"(access_token|client_secret|secret_id)":"[^"]+"/g, '"$1"')
  return { status: response.status, headers: Object.fromEntries(response.headers), body }
}

const form = (fields: Record<string, string>, { id, secret }: Client): RequestInit => ({
  method: 'POST',
  headers: { Authorization: `Basic ${btoa(`${id}:${secret}`)}` },
  body: new URLSearchParams(fields),
})

const GRANT = { grant_type: 'client_credentials' }

describe('the Worker answers as a host does', () => {
  it.each<[string, (client: Client) => [path: string, init?: RequestInit]]>([
    ['a token', (client) => ['/oauth/token', form(GRANT, client)]],
    ['a token, with a query', (client) => ['/oauth/token?x=1', form(GRANT, client)]],
    ['a path in another spelling', (client) => ['/oauth/%74oken', form(GRANT, client)]],
    ['a path with a slash more', (client) => ['/oauth/token/', form(GRANT, client)]],
    ['a wrong secret', (client) => ['/oauth/token', form(GRANT, { ...client, secret: 'x' })]],
    ['a wrong grant', (client) => ['/oauth/token', form({ grant_type: 'x' }, client)]],
    ['no body', () => ['/oauth/token', { method: 'POST' }]],
    ['another method', () => ['/oauth/token', { method: 'PUT', body: 'x' }]],
    ['GET where POST is meant', () => ['/oauth/token']],
    ['an introspection', (client) => ['/oauth/introspect', form({ token: 'x' }, client)]],
    ['a revocation', (client) => ['/oauth/revoke', form({ token: 'x' }, client)]],
    ['a rotation', (client) => ['/oauth/rotate', form({}, client)]],
    ['the keys', () => ['/.well-known/jwks.json']],
    ['the head of the keys', () => ['/.well-known/jwks.json', { method: 'HEAD' }]],
    ['the metadata', () => ['/.well-known/oauth-authorization-server']],
    ["OpenID's metadata", () => ['/.well-known/openid-configuration?x']],
    [
      'a preflight',
      () => [
        '/.well-known/jwks.json',
        { method: 'OPTIONS', headers: { 'Access-Control-Request-Method': 'GET' } },
      ],
    ],
    ['a post to the keys', () => ['/.well-known/jwks.json', { method: 'POST' }]],
  ])('%s', async (_what, requestBy) => {
    const server = testServer()
    await server.api(API)
    const client = await server.client({ [ISSUER]: 'tokens:introspect' })
    await server.token(client)
    const hosted = await summaryOf(await server.send(...requestBy(client)))
    const answered = await summaryOf(await ask(...requestBy(client)))
    // An unknown path is answered by the host, and by the Worker if there is no host.
    if (hosted.status === 404) expect(answered.status).toBe(404)
    else expect(answered).toEqual(hosted)
  })
})

it('beneath a path of the issuer the Worker answers there alone', async () => {
  const vars = { ISSUER: `${ISSUER}/beneath` }
  const send = (path: string) => ask(path, { method: 'POST' }, vars)
  expect((await send('/beneath/oauth/token')).status).toBe(400)
  expect((await send('/oauth/token')).status).toBe(404)
  const metadata = await ask('/.well-known/oauth-authorization-server/beneath', {}, vars)
  expect((await metadata.json<Json>())['issuer']).toBe(vars.ISSUER)
  expect((await ask('/beneath/.well-known/jwks.json', {}, vars)).status).toBe(200)
})

it('what is written behind an answer is written behind one of the Worker, too', async () => {
  const server = testServer()
  const client = await server.client({ [ISSUER]: 'tokens:introspect' })
  expect((await ask('/oauth/token', form(GRANT, client))).status).toBe(200)
  const read = await server.adminOk('GET', `/clients/${client.id}`)
  expect(read['secrets'][0].last_used_at).toEqual(expect.stringMatching(/^\d{4}-/))
})

it('what a host’s middleware adds before is in the answer', async () => {
  const host = new Hono()
    .use(async (c, next) => {
      c.header('X-Host', 'before')
      await next()
      c.header('X-Host-After', 'behind')
    })
    .route('/', buildServer().app)
  const once = async () => {
    const context = createExecutionContext()
    const request = new Request(`${ISSUER}/oauth/token`, { method: 'POST' })
    const { headers } = await host.fetch(request, bindings(), context)
    await waitOnExecutionContext(context)
    return [headers.get('X-Host'), headers.get('X-Host-After'), headers.get('Cache-Control')]
  }
  expect(await once()).toEqual(['before', 'behind', 'no-store'])
  // Answers share their headers, which a host does not change for others.
  expect((await ask('/oauth/token', { method: 'POST' })).headers.has('X-Host')).toBe(false)
  expect(await once()).toEqual(['before', 'behind', 'no-store'])
})
