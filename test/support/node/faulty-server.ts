import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

export type ScriptedAnswer = { status: number; headers?: Record<string, string>; body?: unknown }

/**
 * The fate of a request: it is passed on; its connection breaks before it is, or after, when the
 * answer is lost; or it is answered here.
 */
export type Fault = 'pass' | 'break' | 'lose the answer' | ScriptedAnswer

export type Seen = { method: string; path: string; headers: IncomingMessage['headers'] }

export type FaultyServer = {
  url: string
  seen: Seen[]
  /** The fate of the next requests; those after them are passed on. */
  plan(...faults: Fault[]): void
  close(): Promise<void>
}

/** A proxy in front of the server at `origin` that treats requests as planned. */
export async function faultyServer(origin: string): Promise<FaultyServer> {
  let faults: Fault[] = []
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request
    seen.push({ method, path, headers })
    void meet(faults.shift() ?? 'pass', origin, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    plan(...planned) {
      seen.length = 0
      faults = planned
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function meet(
  fault: Fault,
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (fault === 'break') return void request.socket.destroy()
  if (typeof fault === 'object') return answer(response, fault)
  const passed = await passOn(origin, request)
  if (fault === 'lose the answer') return void request.socket.destroy()
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

async function passOn(origin: string, request: IncomingMessage): Promise<Response> {
  const body = await text(request)
  const headers = some(PASSED_ON, (name) => request.headers[name])
  const method = request.method ?? 'GET'
  return fetch(origin + request.url, { method, headers, ...(body !== '' && { body }) })
}
