import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

export type ScriptedAnswer = {
  status: number
  headers?: Record<string, string>
  body?: unknown
  afterMs?: number
}

/**
 * The fate of a request: it is passed on; its connection breaks before it is, or after, when the
 * answer is lost; or it is answered here.
 */
export type Fault = 'pass' | 'break' | 'lose the answer' | ScriptedAnswer

export type Seen = {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: string
}

export type FaultyServer = {
  url: string
  seen: Seen[]
  /** The fate of the next requests; those after them are passed on. */
  plan(...faults: Fault[]): void
  /** The fate of the next requests that change something; all others are passed on. */
  planForChanges(...faults: Fault[]): void
  close(): Promise<void>
}

/** A proxy in front of the server at `origin` that treats requests as planned. */
export async function faultyServer(origin: string): Promise<FaultyServer> {
  let faults: Fault[] = []
  let isForChanges = false
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request
    void text(request).then((body) => {
      const one = { method, path, headers, body }
      seen.push(one)
      const fault = isForChanges && method === 'GET' ? undefined : faults.shift()
      return meet(fault ?? 'pass', origin, one, response)
    })
  })
  const plan = (planned: Fault[], forChanges: boolean) => {
    seen.length = 0
    faults = planned
    isForChanges = forChanges
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    plan: (...planned) => plan(planned, false),
    planForChanges: (...planned) => plan(planned, true),
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function meet(
  fault: Fault,
  origin: string,
  request: Seen,
  response: ServerResponse,
): Promise<void> {
  if (fault === 'break') return void response.socket?.destroy()
  if (typeof fault === 'object') {
    if (fault.afterMs) await sleep(fault.afterMs)
    return answer(response, fault)
  }
  const passed = await passOn(origin, request)
  if (fault === 'lose the answer') return void response.socket?.destroy()
  response.writeHead(
    passed.status,
    some(PASSED_BACK, (name) => passed.headers.get(name)),
  )
  response.end(await passed.text())
}

function answer(response: ServerResponse, { status, headers, body }: ScriptedAnswer): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
  response.end(JSON.stringify(body ?? {}))
}

const PASSED_ON = ['authorization', 'content-type', 'if-match', 'idempotency-key']
const PASSED_BACK = ['content-type', 'etag', 'location']

function some(names: string[], valueOf: (name: string) => unknown): Record<string, string> {
  const values = names.map((name) => [name, valueOf(name)] as const)
  return Object.fromEntries(values.filter((v): v is [string, string] => typeof v[1] === 'string'))
}

function passOn(origin: string, { method, path, headers: sent, body }: Seen): Promise<Response> {
  const headers = some(PASSED_ON, (name) => sent[name])
  return fetch(origin + path, { method, headers, ...(body !== '' && { body }) })
}
