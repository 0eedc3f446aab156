import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { text } from 'node:stream/consumers'
import { KEYS } from '../../support/client-certificates/made.ts'
import { pemOf } from '../../support/client-certificates/presented.ts'
import { CA } from './secure-door.ts'
import { readFileSync } from 'node:fs'

export type Holder = keyof typeof KEYS

function answerOf({ statusCode = 502, headers }: IncomingMessage, body: string): Response {
  return new Response(body, {
    status: statusCode,
    headers: new Headers(headers as Record<string, string>),
  })
}

/** A fetch whose connections present this certificate; null: none. */
export function fetchWith(holder: Holder | null) {
  const ca = readFileSync(CA)
  const agent = new Agent({
    ca,
    ...(holder && {
      cert: pemOf(holder),
      key: `-----BEGIN PRIVATE KEY-----\n${KEYS[holder]}\n-----END PRIVATE KEY-----\n`,
    }),
  })
  return (url: string, { method, headers, body }: RequestInit): Promise<Response> =>
    new Promise((resolve, reject) => {
      const options = { agent, method, headers: Object.fromEntries(new Headers(headers)) }
      const sent = request(url, options, (came) => {
        text(came).then((body) => resolve(answerOf(came, body)), reject)
      })
      sent.on('error', reject)
      sent.end(body instanceof URLSearchParams ? body.toString() : body)
    })
}
