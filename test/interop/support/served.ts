import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'

const servers = new Set<Server>()

/** The address of an app behind a real socket, until `closeServers`. */
export async function served(app: RequestListener): Promise<string> {
  const server = createServer(app)
  servers.add(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://localhost:${(server.address() as AddressInfo).port}`
}

export function closeServers(): void {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
}

type Answer = (request: Request) => Response | Promise<Response>

/** For Node's server, what answers a `Request`. */
export function listener(fetch: Answer): RequestListener {
  return (incoming, answer) => void answered(fetch, incoming, answer)
}

async function answered(fetch: Answer, incoming: IncomingMessage, answer: ServerResponse) {
  try {
    const response = await fetch(requestOf(incoming))
    answer.writeHead(response.status, Object.fromEntries(response.headers))
    answer.end(Buffer.from(await response.arrayBuffer()))
  } catch (error) {
    answer.writeHead(500).end(String(error))
  }
}

function requestOf(incoming: IncomingMessage): Request {
  const { method = 'GET', url, headers } = incoming
  const pairs = Object.entries(headers).map(([name, value]) => [name, String(value)])
  const sent = method === 'GET' ? {} : { body: Readable.toWeb(incoming), duplex: 'half' }
  const init = { method, headers: Object.fromEntries(pairs), ...sent } as RequestInit
  return new Request(`http://${headers.host}${url}`, init)
}
