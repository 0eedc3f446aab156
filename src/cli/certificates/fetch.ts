import type { IncomingMessage } from 'node:http'
import { request as send } from 'node:https'
import { text } from 'node:stream/consumers'
import type { ClientCertificate } from './certificate-text.ts'

/** Fetches over a connection that presents a certificate, which fetch itself cannot do. */
export function fetchWith({ cert, key }: ClientCertificate): typeof fetch {
  return async (url, init) => {
    const request = new Request(url, init)
    const { method, signal } = request
    const headers = Object.fromEntries(request.headers)
    const body = await request.text()
    try {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const sent = send(request.url, { method, headers, signal, cert, key }, resolve)
        sent.on('error', reject)
        sent.end(body)
      })
      return await responseOf(answer)
    } catch (error) {
      if (signal.aborted) throw signal.reason
      // As fetch says it.
      throw new TypeError('fetch failed', { cause: error })
    }
  }
}

async function responseOf(answer: IncomingMessage): Promise<Response> {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(answer.headersDistinct)) {
    for (const value of values) headers.append(name, value)
  }
  return new Response((await text(answer)) || null, { status: answer.statusCode ?? 502, headers })
}
