import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { Hono } from 'hono'
import type { AuthServer, AuthServerOptions } from '../../src/index.ts'
import type { WorkerEnv } from '../../src/worker.ts'
import type { Client, Json } from '../support/server.ts'
import { bindingsOf, buildServer, type Options } from '../world/build.ts'

export const ORIGIN = 'https://host.example'

export const issuerAt = (path: string): string => ORIGIN + (path === '/' ? '' : path)

/** The options of a server at this path of the host, on the file's own D1 and KV. */
export function optionsAt(path: string): AuthServerOptions<WorkerEnv> {
  return { issuer: issuerAt(path), bindings: bindingsOf }
}

export const serverAt = (path: string, options: Options = {}): AuthServer<WorkerEnv> =>
  buildServer({ issuer: issuerAt(path), ...options })

/** Mounts a server as the documentation says. */
export function mount(app: Hono, path: string): void {
  const server = serverAt(path)
  app.route(path, server.app)
  app.route('/.well-known', server.wellKnown)
}

/** A host that is called at its own origin, with other bindings where they are given. */
export function callerOf(app: Hono, bindings: Partial<WorkerEnv> = {}) {
  const all = { ...env, ...bindings }

  async function call(path: string, init: RequestInit = {}): Promise<Response> {
    const context = createExecutionContext()
    const url = new URL(path, ORIGIN)
    const response = await app.fetch(new Request(url, init), all, context)
    await waitOnExecutionContext(context)
    return response
  }

  const administer = (issuer: string, method: string, path: string, body?: Json) =>
    call(`${issuer}/admin/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}`,
        'Content-Type': 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
    })

  const form = (url: string, fields: Record<string, string>, client: Client) =>
    call(url, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` },
      body: new URLSearchParams(fields),
    })

  /** A client with one permission on the server's own audience. */
  async function client(issuer: string, permission = 'tokens:introspect'): Promise<Client> {
    const response = await administer(issuer, 'POST', '/clients', {
      client_name: 'Nightly billing export',
      permissions: [{ audience: issuer, permission }],
    })
    const body = await response.json<Json>()
    return { id: String(body['client_id']), secret: String(body['client_secret']), body }
  }

  async function token(endpoint: string, of: Client): Promise<string> {
    const response = await form(endpoint, { grant_type: 'client_credentials' }, of)
    return String((await response.json<Json>())['access_token'])
  }

  return { call, administer, form, client, token }
}
