import type { WorkerEnv } from '../../../src/worker.ts'
import { buildServer, hostOf } from '../../world/build.ts'
import { API, BOOTSTRAP_TOKEN, ISSUER, KEY, KEYS } from '../../world/names.ts'
import type { ServerModule } from '../build.ts'
import { formTokenOf, type Visitor } from '../visitor.ts'

export { API, BOOTSTRAP_TOKEN, ISSUER, KEY }

// An answer's fields are asserted on, one by one.
export type Json = Record<string, any> // oxlint-disable-line no-explicit-any

export type Bindings = Pick<WorkerEnv, 'DB' | 'DENYLIST' | 'EMAIL' | 'MAIL_FROM' | 'GATES'>
export type Client = { id: string; secret: string }
export type Answer = { status: number; body: Json }

/** An answer, and the work behind it, which goes on. */
export type Reply = { answer: Answer; behind: Promise<unknown> }

export type Isolate = ReturnType<typeof isolateOf>
export type Site = ReturnType<typeof siteOf>

/** The server's code, loaded once: what is remembered for an environment is `isolateOf`'s. */
export function siteOf({ createAuthServer }: ServerModule, now: () => number) {
  const failureLimits = { perClient: 1_000_000, perAddress: 1_000_000 }
  const server = buildServer({ now, failureLimits }, createAuthServer)
  return { server, app: hostOf(server) }
}

/** An isolate that has just begun: the real server with these bindings, and a memory of its own. */
export function isolateOf({ server, app }: Site, bindings: Bindings) {
  const env: WorkerEnv = { ...bindings, ...KEYS, BOOTSTRAP_TOKEN }

  async function send(path: string, init: RequestInit): Promise<Reply> {
    const context = contextOfOne()
    const response = await app.fetch(new Request(ISSUER + path, init), env, asContext(context))
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    const body = isJson ? (JSON.parse(text) as Json) : {}
    return { answer: { status: response.status, body }, behind: context.done() }
  }

  type Fields = Record<string, string>

  function post(path: string, fields: Fields, headers: Fields, requestId?: string): Promise<Reply> {
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const id = requestId === undefined ? {} : { 'cf-ray': requestId }
    const body = new URLSearchParams(fields).toString()
    return send(path, { method: 'POST', headers: { ...headers, ...type, ...id }, body })
  }

  function form(path: string, fields: Fields, client: Client, requestId?: string): Promise<Reply> {
    const authorization = `Basic ${btoa(`${client.id}:${client.secret}`)}`
    return post(path, fields, { Authorization: authorization }, requestId)
  }

  return {
    /** `requestId`: sixteen hexadecimal digits, by which the audit log names the request. */
    admin(
      method: string,
      path: string,
      body?: unknown,
      requestId?: string,
      bearer: string = BOOTSTRAP_TOKEN,
    ): Promise<Reply> {
      const headers: Fields = { Authorization: `Bearer ${bearer}` }
      if (requestId !== undefined) headers['cf-ray'] = requestId
      if (body !== undefined) headers['Content-Type'] = 'application/json'
      const sent = body === undefined ? {} : { body: JSON.stringify(body) }
      return send(`/admin/v1${path}`, { method, headers, ...sent })
    },
    form,
    /** A form of a client that proves itself by the fields. */
    post: (path: string, fields: Fields, requestId: string) => post(path, fields, {}, requestId),
    /** A form of the console, as a browser sends it. */
    async console(path: string, visitor: Visitor, requestId: string): Promise<Reply> {
      const fields = { form_token: await formTokenOf(KEY, visitor, requestId) }
      return post(`/console${path}`, fields, { Cookie: visitor.cookie, Origin: ISSUER }, requestId)
    },
    token: (client: Client) => form('/oauth/token', { grant_type: 'client_credentials' }, client),
    introspect: (token: string, caller: Client) => form('/oauth/introspect', { token }, caller),
    async cron(): Promise<Reply> {
      const context = contextOfOne()
      await server.scheduled({}, env, context).catch(unlessAnchored)
      return { answer: { status: 200, body: {} }, behind: context.done() }
    },
  }
}

/**
 * If two runs fall into one second, KV takes the anchor of one: the other reports that, and still
 * completes.
 */
function unlessAnchored(error: Error): void {
  if (error.message !== 'The cron failed at anchor') throw error
}

/** The part of it that the server uses. */
function asContext(context: unknown): ExecutionContext {
  return context as ExecutionContext
}

function contextOfOne() {
  const works: Promise<unknown>[] = []
  const context = {
    waitUntil: (work: Promise<unknown>) => void works.push(work),
    passThroughOnException() {},
    async done() {
      while (works.length > 0) await Promise.all(works.splice(0))
    },
  }
  return context
}

/**
 * The JSON of a request outside the race that must succeed, once the work behind it is done too.
 */
export async function ok(reply: Promise<Reply>): Promise<Json> {
  const { answer, behind } = await reply
  await behind
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}
