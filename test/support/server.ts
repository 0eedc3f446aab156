import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { AuthServerOptions } from '../../src/options.ts'
import type { WorkerEnv } from '../../src/worker.ts'
import { bindingsOf, buildServer, hostOf } from '../world/build.ts'
import { API, ISSUER } from '../world/names.ts'
import { nameOfLog } from './log-name.ts'

export { API, ISSUER }

/** The properties that only Cloudflare adds to a request. */
export const CLOUDFLARE = { colo: 'FRA' }

export type TestServerOptions = Omit<Partial<AuthServerOptions<WorkerEnv>>, 'now'> & {
  env?: Partial<WorkerEnv>
  /**
   * Whole seconds since 1970 at which the server's clock begins; it does not run until it is moved.
   */
  now?: number
  /** Whether it is Cloudflare that brings the requests. @default true */
  onCloudflare?: boolean
}

export type Json = Record<string, any> // oxlint-disable-line no-explicit-any -- answers are asserted on, field by field

export type Client = { id: string; secret: string; body: Json }

/**
 * A server with its own clock on the file's real D1 and KV. `env` replaces bindings, to inject faults.
 * Each call answers when the work behind the answer is done too.
 */
export function testServer(options: TestServerOptions = {}) {
  const { env: overrides, now = Math.floor(Date.now() / 1000), ...others } = options
  const { onCloudflare = true, ...rest } = others
  const clock = { now }
  const bindings = { ...env, ...overrides }
  const server = buildServer({
    now: () => clock.now,
    bindings: (e) => ({ ...bindingsOf(e), logName: nameOfLog() }),
    ...rest,
  })
  const app = hostOf(server)

  /** `access`: what Cloudflare's platform says of who is there. */
  async function send(
    path: string,
    init: RequestInit = {},
    access?: ExecutionContext['access'],
  ): Promise<Response> {
    const context = createExecutionContext()
    if (access) Object.defineProperty(context, 'access', { value: access })
    const sent = new Request(ISSUER + path, init)
    const request = onCloudflare ? new Request(sent, { cf: { ...CLOUDFLARE, ...init.cf } }) : sent
    const response = await app.fetch(request, bindings, context)
    await waitOnExecutionContext(context)
    return response
  }

  /** A call of the admin API with the bootstrap token, or another Bearer token. */
  async function admin(method: string, path: string, body?: unknown, bearer = env.BOOTSTRAP_TOKEN) {
    const headers: Record<string, string> = { Authorization: `Bearer ${bearer}` }
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    return send(`/admin/v1${path}`, init)
  }

  /** The same where it must succeed: its JSON. */
  async function adminOk(
    method: string,
    path: string,
    body?: unknown,
    bearer?: string,
  ): Promise<Json> {
    const response = await admin(method, path, body, bearer)
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text === '' ? {} : (JSON.parse(text) as Json)
  }

  /** A form post to an OAuth endpoint, with Basic credentials where a client is given. */
  async function form(
    path: string,
    fields: Record<string, string> | [string, string][] | string,
    client?: { id: string; secret: string },
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const authorization = client && {
      Authorization: `Basic ${base64(`${client.id}:${client.secret}`)}`,
    }
    return send(path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        ...authorization,
        ...headers,
      },
      body: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
    })
  }

  const tokenRequest = (client: Client, fields: Record<string, string> = {}) =>
    form('/oauth/token', { grant_type: 'client_credentials', ...fields }, client)

  async function token(client: Client, fields: Record<string, string> = {}): Promise<string> {
    const response = await tokenRequest(client, fields)
    const body = await response.json<Json>()
    if (!response.ok) throw new Error(`token: ${response.status} ${JSON.stringify(body)}`)
    return String(body['access_token'])
  }

  async function introspect(token: string, caller: Client): Promise<Json> {
    const response = await form('/oauth/introspect', { token }, caller)
    if (!response.ok) throw new Error(`introspect: ${response.status} ${await response.text()}`)
    return response.json<Json>()
  }

  /** A client with these scopes on these audiences: `{ [audience]: 'a b' }`. */
  async function client(scopes: Record<string, string> = {}, fields: Json = {}): Promise<Client> {
    const permissions = Object.entries(scopes).flatMap(([audience, scope]) =>
      scope.split(' ').map((permission) => ({ audience, permission })),
    )
    const body = await adminOk('POST', '/clients', {
      client_name: 'Nightly billing export',
      permissions,
      ...fields,
    })
    return { id: String(body['client_id']), secret: String(body['client_secret']), body }
  }

  async function api(audience = API, scopes = 'invoices:read invoices:write'): Promise<Json> {
    const permissions = scopes
      .split(' ')
      .filter(Boolean)
      .map((permission) => ({ permission }))
    return adminOk('POST', '/apis', { audience, name: audience, permissions })
  }

  async function cron(): Promise<void> {
    const context = createExecutionContext()
    await server.scheduled({}, bindings, context)
    await waitOnExecutionContext(context)
  }

  const suspend = (c: Client, body?: unknown) => admin('PUT', `/clients/${c.id}/suspension`, body)
  const resume = (c: Client) => admin('DELETE', `/clients/${c.id}/suspension`)

  return {
    clock,
    bindings,
    send,
    admin,
    adminOk,
    form,
    tokenRequest,
    token,
    introspect,
    client,
    api,
    cron,
    suspend,
    resume,
  }
}

export type TestServer = ReturnType<typeof testServer>

/** UTF-8 in base64, as RFC 7617 §2.1 has it. */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
