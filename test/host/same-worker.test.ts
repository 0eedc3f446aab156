import { env } from 'cloudflare:workers'
import { Hono } from 'hono'
import { describe, expect, it, vi } from 'vitest'
import { requireToken } from '../../src/guard/index.ts'
import type { AuthServerOptions } from '../../src/index.ts'
import type { WorkerEnv } from '../../src/worker.ts'
import type { Json } from '../support/server.ts'
import { bindingsOf } from '../world/build.ts'
import { callerOf, ORIGIN, serverAt } from './mounted.ts'

let made = 0

/** A host that guards pages of its own with the server that it mounts. */
function guardedHost(more: Partial<AuthServerOptions<WorkerEnv>> = {}) {
  // The guard remembers keys by issuer: each test has its own.
  const path = `/auth-${++made}`
  const auth = serverAt(path, more)
  const issuer = ORIGIN + path
  const app = new Hono<{ Bindings: WorkerEnv }>().route(path, auth.app).get(
    '/orders',
    requireToken((e: WorkerEnv) => ({
      issuer,
      audience: issuer,
      fetcher: auth.introspector(e),
    })),
    (c) => c.text(c.var.token.client_id),
  )
  return { app, path, auth, issuer }
}

async function withToken() {
  const host = guardedHost()
  const caller = callerOf(host.app as unknown as Hono)
  const client = await caller.client(host.issuer)
  const token = await caller.token(`${host.issuer}/oauth/token`, client)
  const orders = () => caller.call('/orders', { headers: { Authorization: `Bearer ${token}` } })
  return { ...host, ...caller, client, token, orders }
}

describe('a page in the Worker that hosts the server', () => {
  it('is guarded by the server itself, from a suspension to a resume, without a fetch', async () => {
    const { orders, client, administer, issuer } = await withToken()
    const fetched = vi.spyOn(globalThis, 'fetch')
    const passed = await orders()
    expect([passed.status, await passed.text()]).toEqual([200, client.id])
    await administer(issuer, 'PUT', `/clients/${client.id}/suspension`)
    expect((await orders()).status).toBe(401)
    await administer(issuer, 'DELETE', `/clients/${client.id}/suspension`)
    expect((await orders()).status).toBe(200)
    expect(fetched).not.toHaveBeenCalled()
    fetched.mockRestore()
  })

  it('refuses what is no token of it, and no token', async () => {
    const { call, token } = await withToken()
    const spoilt = { headers: { Authorization: `Bearer ${token.slice(0, -4)}AAAA` } }
    expect((await call('/orders', spoilt)).status).toBe(401)
    expect((await call('/orders')).status).toBe(401)
  })

  it('is 503 while the database fails', async () => {
    const { app, token, orders } = await withToken()
    expect((await orders()).status).toBe(200)
    const failing = {
      prepare: () => {
        throw new Error('D1_ERROR')
      },
    } as unknown as D1Database
    const { call } = callerOf(app as unknown as Hono, { DB: failing })
    const answer = await call('/orders', { headers: { Authorization: `Bearer ${token}` } })
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '5'])
  })
})

describe('what the guard asks the server in its own Worker', () => {
  it('is for the keys as they are published, and nothing else', async () => {
    const { auth, issuer, call } = await withToken()
    const introspector = auth.introspector(env)
    const keys = await (await introspector.fetch(`${issuer}/.well-known/jwks.json`)).json<Json>()
    const published = await call(`${issuer}/.well-known/jwks.json`)
    expect(keys).toEqual(await published.json())
    for (const path of ['/health', '/admin/v1/clients', '/oauth/introspect', '']) {
      expect((await introspector.fetch(issuer + path)).status).toBe(404)
    }
  })
})

describe('a host whose bindings come from elsewhere than the environment', () => {
  it("serves where there is none, as in its own tests: app.request('/x')", async () => {
    const bindings = bindingsOf
    const { app, path, auth } = guardedHost({ bindings: () => bindings(env) })
    for (const page of ['/.well-known/jwks.json', '/health', '/console/sign-in']) {
      expect((await app.request(path + page)).status).toBe(200)
    }
    expect((await app.request('/orders')).status).toBe(401)
    expect(await auth.introspect('a.b.c', undefined as unknown as WorkerEnv)).toEqual({
      active: false,
    })
  })
})
