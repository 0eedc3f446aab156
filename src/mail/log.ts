import type { Delivery } from '../domain/mail.ts'
import type { Message } from './message.ts'
import type { Transport } from './transport.ts'

/** Used if no mail is configured: messages go to the Worker's log, and nothing arrives twice. */
export function makeLogTransport(): Transport {
  return { name: 'log', deduplicates: true, deliver: log }
}

async function log({ to, subject, text }: Message): Promise<Delivery> {
  // oxlint-disable-next-line no-console -- the platform's log is this transport's way out
  console.log(JSON.stringify({ level: 'info', mail: { to, subject, text } }))
  return { outcome: 'accepted' }
}
