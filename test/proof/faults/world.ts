import { BOOTSTRAP_TOKEN, KEYS, makeTables, startWorkers } from '../../support/node/harness.ts'
import { API } from '../../world/names.ts'
import type { Order, Trace } from './order.ts'

export { API }
export const ADMINISTRATOR = 'ada@example.com'

// oxlint-disable-next-line typescript/no-explicit-any -- answers are looked at field by field
export type Json = Record<string, any>
export type Client = { id: string; secret: string; token: string }
export type Answer = { status: number; body: string; json: Json; cookie: string }
/** A person who is signed in to the console: the browser's cookie, and the token for its forms. */
export type Visitor = { sessionId: string; cookie: string; formToken: string }

/** The faulty Worker behind a real socket, and what is asked of it. */
export async function startWorld() {
  const { harness, url } = await startWorkers((ISSUER) => [
    {
      config: {
        name: 'faulty',
        main: 'test/proof/faults/faulty-worker.ts',
        compatibility_date: '2026-10-20',
        compatibility_flags: ['nodejs_als'],
        d1_databases: [
          { binding: 'DB', database_name: 'portcullis', migrations_dir: 'migrations' },
        ],
        kv_namespaces: [{ binding: 'DENYLIST' }],
        vars: {
          ISSUER,
          BOOTSTRAP_TOKEN,
          ...KEYS,
          ADMINISTRATORS: ADMINISTRATOR,
          MAIL_FROM: 'gate@example.com',
        },
      },
    },
  ])
  const issuer = url.origin
  await makeTables(harness)

  async function send(path: string, init: RequestInit = {}, order?: Order): Promise<Answer> {
    const headers = new Headers(init.headers)
    if (order) {
      headers.set('x-fault', JSON.stringify(order))
      // The server's id of a request is Cloudflare's: the events of this one are found by it.
      headers.set('cf-ray', order.id)
    }
    const response = await fetch(issuer + path, { ...init, headers, redirect: 'manual' })
    const body = await response.text()
    const json = body.startsWith('{') ? (JSON.parse(body) as Json) : {}
    const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    return { status: response.status, body, json, cookie }
  }

  function admin(
    method: string,
    path: string,
    {
      body,
      order,
      key,
      bearer = BOOTSTRAP_TOKEN,
    }: { body?: Json; order?: Order; key?: string; bearer?: string } = {},
  ): Promise<Answer> {
    const headers = {
      Authorization: `Bearer ${bearer}`,
      'Content-Type': 'application/json',
      ...(key !== undefined && { 'Idempotency-Key': key }),
    }
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
    return send(`/admin/v1${path}`, init, order)
  }

  async function adminOk(method: string, path: string, body?: Json): Promise<Json> {
    const answer = await admin(method, path, body ? { body } : {})
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`)
    return answer.json
  }

  function form(
    path: string,
    fields: Record<string, string>,
    authorization: string,
    order?: Order,
  ): Promise<Answer> {
    const headers = {
      Authorization: authorization,
      'Content-Type': 'application/x-www-form-urlencoded',
    }
    const body = new URLSearchParams(fields).toString()
    return send(path, { method: 'POST', headers, body }, order)
  }

  function console(
    path: string,
    fields: Record<string, string>,
    cookie: string,
    order?: Order,
  ): Promise<Answer> {
    const headers = {
      Origin: issuer,
      Cookie: cookie,
      'Content-Type': 'application/x-www-form-urlencoded',
    }
    const body = new URLSearchParams(fields).toString()
    return send(`/console${path}`, { method: 'POST', headers, body }, order)
  }

  const signIn = (order?: Order) => console('/sign-in', { token: BOOTSTRAP_TOKEN }, '', order)

  /** Somebody who has just signed in. */
  async function visitor(): Promise<Visitor> {
    const { cookie } = await signIn()
    const page = await send('/console/clients', { headers: { Cookie: cookie } })
    const formToken = /name="form_token" value="([^"]+)"/.exec(page.body)?.[1]
    if (formToken === undefined) throw new Error(`no form of a session: ${page.status}`)
    const [, payload = ''] = /=([^.]+)/.exec(cookie) ?? []
    const { id } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { id: string }
    return { sessionId: id, cookie, formToken }
  }

  /** A form of theirs. */
  const post = (path: string, { cookie, formToken }: Visitor, order: Order) =>
    console(path, { form_token: formToken }, cookie, order)

  const basic = ({ id, secret }: Pick<Client, 'id' | 'secret'>) =>
    `Basic ${btoa(`${id}:${secret}`)}`

  const requestToken = (client: Pick<Client, 'id' | 'secret'>, order?: Order) =>
    form('/oauth/token', { grant_type: 'client_credentials' }, basic(client), order)

  /** A client whose secret was not used yet. */
  async function newClient(scope: string, audience = API, fields: Json = {}): Promise<Client> {
    const permissions = scope.split(' ').map((permission) => ({ audience, permission }))
    const made = await adminOk('POST', '/clients', {
      client_name: 'Nightly billing export',
      permissions,
      ...fields,
    })
    return { id: String(made['client_id']), secret: String(made['client_secret']), token: '' }
  }

  /** A client with a token. */
  async function client(scope: string, audience = API, fields: Json = {}): Promise<Client> {
    const made = await newClient(scope, audience, fields)
    const token = await requestToken(made)
    return { ...made, token: String(token.json['access_token']) }
  }

  /** Asks of the world itself, behind the server's back. */
  async function tell<T>(what: string, body: Json = {}): Promise<T> {
    const response = await fetch(`${issuer}/tell/${what}`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    return (await response.json()) as T
  }

  const trace = (id: string) => tell<Trace | null>('trace', { id })
  const entry = (clientId: string) => tell<string | null>('entry', { key: `client:${clientId}` })
  const rows = (sql: string, ...bound: unknown[]) => tell<Json[]>('rows', { sql, bound })

  /** The result of a statement that answers one number, as `n`. */
  async function number(sql: string, ...bound: unknown[]): Promise<number> {
    const [row] = await rows(sql, ...bound)
    return Number(row?.['n'] ?? 0)
  }

  const cron = (order?: Order) => send('/test/cron', {}, order)

  const permissions = ['invoices:read', 'invoices:write'].map((permission) => ({ permission }))
  await adminOk('POST', '/apis', { audience: API, name: 'Invoices', permissions })
  // Makes the first signing key, and lets the administrator in.
  await cron()
  const caller = await newClient('tokens:introspect')
  const bearer = await client('tokens:introspect', issuer)
  // A manager besides the bootstrap token: they lose nothing here.
  const manager = await client('clients:manage', issuer)
  const person = await visitor()

  /** D1's answer about a token now, asked where nothing fails. */
  async function isActive(token: string): Promise<boolean> {
    const answer = await form('/oauth/introspect', { token }, basic(caller))
    return answer.json['active'] === true
  }

  return {
    bearer,
    manager,
    person,
    signIn,
    visitor,
    post,
    isActive,
    issuer,
    send,
    admin,
    adminOk,
    form,
    basic,
    requestToken,
    client,
    newClient,
    tell,
    trace,
    entry,
    rows,
    number,
    cron,
    close: () => harness.close(),
  }
}

export type World = Awaited<ReturnType<typeof startWorld>>
