import { messageOf } from '../letters/plain.ts'
import type { SmtpServer } from './url.ts'
import { withTimeout } from '../../platform/with-timeout.ts'

/** A connection to a mail server. Each wait ends within a step's timeout, or throws. */
export type Connection = {
  /** The next bytes; null when the server has closed. */
  read(): Promise<Uint8Array | null>
  write(text: string): Promise<void>
  /** Continues in TLS (RFC 3207). */
  startTls(): Promise<void>
  close(): Promise<void>
}

const CLOSING = 1000

/** Opens a workerd socket. Cloudflare lets no Worker reach port 25. */
export async function openConnection(server: SmtpServer, step: number): Promise<Connection> {
  // Imported only here, so that the package also loads where workerd's modules are missing.
  const { connect } = await import('cloudflare:sockets')
  const secureTransport = server.implicitTls ? 'on' : 'starttls'
  const address = { hostname: server.host, port: server.port }
  let lines = linesOf(connect(address, { secureTransport, allowHalfOpen: false }))
  let isClosed = false
  const connection: Connection = {
    read: async () => (await withTimeout(step, lines.reader.read())).value ?? null,
    async write(text) {
      // An abandoned conversation must not go on to mark its message complete.
      if (isClosed) throw new Error('the connection is closed')
      await withTimeout(step, lines.writer.write(new TextEncoder().encode(text)))
    },
    async startTls() {
      lines.reader.releaseLock()
      lines.writer.releaseLock()
      lines = linesOf(lines.socket.startTls())
      await opening(lines.socket, step, `no TLS with ${server.host}`)
    },
    async close() {
      isClosed = true
      await withTimeout(CLOSING, lines.socket.close()).catch(() => undefined)
    },
  }
  try {
    const tls = server.implicitTls ? ' with TLS' : ''
    await opening(lines.socket, step, `no connection${tls} to ${server.host}:${server.port}`)
    return connection
  } catch (error) {
    await connection.close()
    throw error
  }
}

async function opening(socket: Socket, step: number, failure: string): Promise<void> {
  try {
    await withTimeout(step, socket.opened)
  } catch (error) {
    // workerd itself says little more than that there was an error.
    throw new Error(`${failure}: ${messageOf(error)}`, { cause: error })
  }
}

type Lines = {
  socket: Socket
  reader: ReadableStreamDefaultReader<Uint8Array>
  writer: WritableStreamDefaultWriter<Uint8Array>
}

function linesOf(socket: Socket): Lines {
  // The end of a connection shows where it is read and written; nothing awaits these.
  socket.closed.catch(() => undefined)
  const reader = (socket.readable as ReadableStream<Uint8Array>).getReader()
  const writer = (socket.writable as WritableStream<Uint8Array>).getWriter()
  reader.closed.catch(() => undefined)
  writer.closed.catch(() => undefined)
  return { socket, reader, writer }
}
