import { Agent, request } from 'node:https'
import { KEYS } from '../../support/client-certificates/made.ts'
import { pemOf } from '../../support/client-certificates/presented.ts'
import { CA } from './secure-door.ts'
import { readFileSync } from 'node:fs'

export type Holder = keyof typeof KEYS

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
      const sent = request(url, options, async (came) => {
        const chunks: Buffer[] = []
        for await (const chunk of came) chunks.push(chunk as Buffer)
        const answered = new Headers(came.headers as Record<string, string>)
        const text = Buffer.concat(chunks).toString()
        resolve(new Response(text, { status: came.statusCode ?? 502, headers: answered }))
      })
      sent.on('error', reject)
      sent.end(body instanceof URLSearchParams ? body.toString() : body)
    })
}
