import type { Delivery } from '../domain/mail.ts'
import type { Message } from './message.ts'
import { messageOf, oneLine } from './letters/plain.ts'
import type { Transport } from './transport.ts'
import { withTimeout } from '../platform/with-timeout.ts'

/** How many milliseconds the binding may take. */
const TIMEOUT_MS = 20_000

// Errors of bindings that mean the answer is lost, not the request; the last is our own timeout.
const LOST = /network connection lost|internal error|disconnected|timed out/i

/** Cloudflare's `send_email` binding. It has no idempotency key. */
export function makeEmailTransport(email: SendEmail, timeout: number = TIMEOUT_MS): Transport {
  async function deliver(message: Message): Promise<Delivery> {
    const { from, to, subject, text, html } = message
    const sender = from.name === null ? from.address : { email: from.address, name: from.name }
    try {
      await withTimeout(timeout, email.send({ to, from: sender, subject, text, html }))
      return { outcome: 'accepted' }
    } catch (error) {
      const detail = oneLine(`the EMAIL binding: ${codeOf(error)}${messageOf(error)}`)
      return { outcome: LOST.test(messageOf(error)) ? 'unknown' : 'refused', detail }
    }
  }
  return { name: 'email_binding', deduplicates: false, deliver }
}

/** Email Service errors carry a code such as `E_SENDER_NOT_VERIFIED`. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' ? `${code}: ` : ''
}
