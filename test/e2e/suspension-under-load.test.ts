import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, type RunningWorker, runWorker } from '../support/node/harness.ts'

const API = 'https://api.example.com'
/** Each with a socket of its own, one request after the other. */
const CALLERS = 200
/** How many requests are answered before the suspension is sent. */
const WARM_UP = 400
const EARLIER = 8

type Json = Record<string, unknown>
type Answer = { status: number; body: Json }
type Kind = 'token' | 'earlier token' | 'new token' | 'administration'
const KINDS: Kind[] = ['token', 'earlier token', 'new token', 'administration']

/** One request and its answer, in milliseconds of this process. */
type Exchange = Answer & { kind: Kind; from: number; to: number }

let worker: RunningWorker
beforeAll(async () => {
  worker = await runWorker()
})
afterAll(() => worker.close())

async function ask(path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(worker.issuer + path, init)
  const text = await response.text()
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Json }
}

function form(path: string, { id, secret }: Client, fields: Record<string, string>) {
  const headers = { Authorization: `Basic ${btoa(`${id}:${secret}`)}` }
  return ask(path, { method: 'POST', headers, body: new URLSearchParams(fields) })
}

const askToken = (client: Client, resource: string) =>
  form('/oauth/token', client, { grant_type: 'client_credentials', resource })

const introspect = (caller: Client, token: string) => form('/oauth/introspect', caller, { token })

const administer = (bearer: string) =>
  ask('/admin/v1/clients?limit=1', { headers: { Authorization: `Bearer ${bearer}` } })

async function token(client: Client, resource: string): Promise<string> {
  const { status, body } = await askToken(client, resource)
  if (status !== 200) throw new Error(`token: ${status}`)
  return String(body['access_token'])
}

async function newClient(permissions: [audience: string, permission: string][]): Promise<Client> {
  const made = await worker.admin('POST', '/clients', {
    client_name: 'Nightly billing export',
    permissions: permissions.map(([audience, permission]) => ({ audience, permission })),
  })
  return { id: String(made['client_id']), secret: String(made['client_secret']) }
}

/** A client with power over Portcullis too, one that may ask about it, and its tokens. */
async function setUp() {
  const permissions = [{ permission: 'invoices:read' }]
  await worker.admin('POST', '/apis', { audience: API, name: 'Invoices', permissions })
  const client = await newClient([
    [API, 'invoices:read'],
    [worker.issuer, 'clients:read'],
  ])
  const caller = await newClient([[API, 'tokens:introspect']])
  const tokens = await Promise.all(Array.from({ length: EARLIER }, () => token(client, API)))
  return { client, caller, tokens, bearer: await token(client, worker.issuer) }
}

type Fixture = Awaited<ReturnType<typeof setUp>>

/** All callers at once, each going on until it began one after `end` was set. */
function startLoad({ client, caller, tokens, bearer }: Fixture) {
  const exchanges: Exchange[] = []
  const fresh: string[] = []
  const until = { end: Infinity }

  function send(kind: Kind, number: number): Promise<Answer> {
    if (kind === 'token') return askToken(client, API)
    if (kind === 'administration') return administer(bearer)
    const known = tokens[number % tokens.length] ?? ''
    return introspect(caller, kind === 'new token' ? (fresh.at(-1) ?? known) : known)
  }

  async function go(kind: Kind, number: number): Promise<void> {
    for (let from = 0; from <= until.end; ) {
      from = performance.now()
      const answer = await send(kind, number)
      exchanges.push({ ...answer, kind, from, to: performance.now() })
      const { access_token: issued } = answer.body
      if (typeof issued === 'string') fresh.push(issued)
    }
  }

  const callers = Array.from({ length: CALLERS }, (_, number) =>
    go(KINDS[number % KINDS.length] ?? 'token', number),
  )
  return { exchanges, fresh, until, done: Promise.all(callers) }
}

const isServed = ({ kind, status, body }: Exchange) =>
  kind.endsWith(' token') ? body['active'] === true : status === 200

const isRefused = ({ kind, status, body }: Exchange) =>
  kind.endsWith(' token')
    ? status === 200 && JSON.stringify(body) === '{"active":false}'
    : status === 401 && !('access_token' in body)

/** The claims of an active token, without its generation, which is the server's own. */
function whatIsSaidOf(text: string): Json {
  const { gen: _own, ...claims } = decodeJwt(text)
  return { active: true, token_type: 'Bearer', ...claims }
}

async function each<T>(tokens: string[], work: (token: string) => Promise<T>): Promise<T[]> {
  const done: T[] = []
  for (let at = 0; at < tokens.length; at += 50) {
    done.push(...(await Promise.all(tokens.slice(at, at + 50).map(work))))
  }
  return done
}

describe('a suspension over real sockets, with 200 requests in flight', () => {
  it('INV-1, INV-2, INV-3: is total from its acknowledgement on, and undone whole', async () => {
    const fixture = await setUp()
    const path = `/clients/${fixture.client.id}/suspension`
    const { exchanges, fresh, until, done } = startLoad(fixture)
    while (exchanges.length < WARM_UP) await new Promise((resolve) => setTimeout(resolve, 5))
    const sent = performance.now()
    await worker.admin('PUT', path)
    const acknowledged = performance.now()
    until.end = acknowledged
    await done

    expect(exchanges.filter(({ status }) => status >= 500)).toEqual([])
    expect(exchanges.filter((exchange) => !isServed(exchange) && !isRefused(exchange))).toEqual([])
    const before = exchanges.filter(({ to }) => to < sent)
    expect(before.filter((exchange) => !isServed(exchange))).toEqual([])
    const after = exchanges.filter(({ from }) => from > acknowledged)
    expect(after.filter((exchange) => !isRefused(exchange))).toEqual([])
    expect(after.length).toBeGreaterThanOrEqual(CALLERS)

    // The suspension came in the midst of them, of each kind.
    const during = exchanges.filter(({ from, to }) => from < acknowledged && to > sent)
    expect(during.length).toBeGreaterThanOrEqual(CALLERS)
    expect(during.some(isServed) && during.some(isRefused)).toBe(true)
    for (const kind of KINDS) {
      const of = exchanges.filter((exchange) => exchange.kind === kind)
      expect([kind, of.some(isServed), of.some(isRefused)]).toEqual([kind, true, true])
    }

    const tokens = [...fixture.tokens, ...fresh]
    const dead = await each(tokens, (one) => introspect(fixture.caller, one))
    expect(dead.filter(({ body }) => body['active'] !== false)).toEqual([])
    expect((await administer(fixture.bearer)).status).toBe(401)

    await worker.admin('DELETE', path)
    const back = await each(tokens, (one) => introspect(fixture.caller, one))
    expect(back.map(({ body }) => body)).toEqual(tokens.map(whatIsSaidOf))
    expect((await administer(fixture.bearer)).status).toBe(200)
  })
})
