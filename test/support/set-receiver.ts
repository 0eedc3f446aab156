import { createLocalJWKSet, type JSONWebKeySet, jwtVerify, type JWTPayload } from 'jose'
import { vi } from 'vitest'
import { type Client, ISSUER, type Json, type TestServer, testServer } from './server.ts'

export const SSF = `${ISSUER}/ssf`
export const PUSH_URL = 'https://receiver.example/events'
export const PUSH = 'urn:ietf:rfc:8935'
export const POLL = 'urn:ietf:rfc:8936'
export const CAEP = 'https://schemas.openid.net/secevent/caep/event-type'
export const RISC = 'https://schemas.openid.net/secevent/risc/event-type'

export type Set = JWTPayload & { sub_id: Json; events: Json; txn?: string }
export type Receiver = Awaited<ReturnType<typeof receiverAt>>

/** A server with streams of security events, and the API whose permissions receivers need. */
export async function serverWithStreams(options: Parameters<typeof testServer>[0] = {}) {
  const server = testServer({ securityEvents: true, ...options })
  const { data } = await server.adminOk('GET', `/apis?audience=${encodeURIComponent(SSF)}`)
  if (data.length === 0) await server.api(SSF, 'ssf.manage ssf.read')
  return server
}

/** A receiver by the RFCs: it knows what the metadata says, and believes what the published keys prove. */
export async function receiverAt(server: TestServer, scope = 'ssf.manage ssf.read') {
  const client: Client = await server.client({ [SSF]: scope })
  const known = { token: '', until: 0 }

  async function token(): Promise<string> {
    if (known.until > server.clock.now) return known.token
    return Object.assign(known, {
      token: await server.token(client),
      until: server.clock.now + 1800,
    }).token
  }

  async function call(method: string, path: string, body?: unknown, given?: string) {
    const bearer = given ?? (await token())
    const headers = { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' }
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return server.send(path, { method, headers, ...(body === undefined ? {} : { body: text }) })
  }

  async function ok(method: string, path: string, body?: unknown): Promise<Json> {
    const response = await call(method, path, body)
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text === '' ? {} : (JSON.parse(text) as Json)
  }

  async function verified(set: string): Promise<Set> {
    const response = await server.send('/.well-known/jwks.json')
    const keys = createLocalJWKSet(await response.json<JSONWebKeySet>())
    const how = { issuer: ISSUER, audience: client.id, typ: 'secevent+jwt', algorithms: ['RS256'] }
    return (await jwtVerify<Set>(set, keys, how)).payload
  }

  /** Polls until nothing more is available; acknowledges everything. */
  async function drain(streamId: string): Promise<Set[]> {
    const all: Set[] = []
    let ack: string[] = []
    for (;;) {
      const { sets, moreAvailable } = await ok('POST', `/ssf/poll/${streamId}`, { ack })
      ack = Object.keys(sets)
      for (const set of Object.values(sets)) all.push(await verified(String(set)))
      if (ack.length === 0 && !moreAvailable) return all
    }
  }

  const polled = async (fields: Json = {}) =>
    String((await ok('POST', '/ssf/streams', fields))['stream_id'])
  const pushed = (fields: Json = {}) =>
    polled({ delivery: { method: PUSH, endpoint_url: PUSH_URL, ...fields } })

  return { client, token, call, ok, verified, drain, polled, pushed }
}

/** Takes what is pushed, in place of the network; `answer` says how the receiver answers, and may throw. */
export function pushEndpoint() {
  const endpoint = {
    got: [] as { set: string; headers: Headers; status: number }[],
    answer: async (): Promise<number> => 202,
    accepted: () => endpoint.got.filter(({ status }) => status < 300).map(({ set }) => set),
  }
  const network = globalThis.fetch
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init)
    if (request.url !== PUSH_URL) return network(input, init)
    const set = await request.text()
    const status = await endpoint.answer()
    endpoint.got.push({ set, headers: request.headers, status })
    return new Response(null, { status })
  })
  return endpoint
}

/** The one event of a token: its type, without the address before it, and its content. */
export function eventIn({ events }: Set): [type: string, content: Json] {
  const type = Object.keys(events)[0] ?? ''
  return [type.slice(type.lastIndexOf('/') + 1), events[type] as Json]
}

export const typesOf = (sets: Set[]) => sets.map((set) => eventIn(set)[0])

/** Runs the cron after so many minutes, so many times; a run may fail. */
export async function runs(server: TestServer, times: number, minutes = 1): Promise<void> {
  for (let n = 0; n < times; n++) {
    server.clock.now += minutes * 60
    await server.cron().catch(() => {})
  }
}
