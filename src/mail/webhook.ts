import { postJson, signWebhook, webhookUrlProblem } from '../platform/webhook.ts'
import type { Delivery } from '../domain/mail.ts'
import type { Seconds } from '../domain/time.ts'
import { writeAddress } from './address.ts'
import type { Message } from './message.ts'
import { messageOf, oneLine } from './letters/plain.ts'
import type { Transport } from './transport.ts'

export type Webhook = { url: string; secret: string }

/** How many milliseconds a webhook may take. */
const TIMEOUT_MS = 15_000
const SECRET_LENGTH_MIN = 32

/** @throws TypeError that quotes neither: a URL may hold a token */
export function readWebhook(url: string, secret: string | undefined): Webhook {
  const problem = webhookUrlProblem(url)
  if (problem) throw new TypeError(`MAIL_WEBHOOK_URL ${problem}`)
  if (secret === undefined || secret.length < SECRET_LENGTH_MIN) {
    throw new TypeError(`MAIL_WEBHOOK_SECRET needs at least ${SECRET_LENGTH_MIN} characters`)
  }
  return { url, secret }
}

/**
 * Hands messages to the operator's own service, signed as https://www.standardwebhooks.com says. It
 * must take one message for one `Idempotency-Key`: that is why a message may be sent again.
 */
export function makeWebhookTransport(
  webhook: Webhook,
  now: () => Seconds,
  fetcher: typeof globalThis.fetch = globalThis.fetch,
  timeout: number = TIMEOUT_MS,
): Transport {
  async function deliver(message: Message): Promise<Delivery> {
    const body = bodyOf(message)
    const headers = await headersOf(webhook, message.messageId, now(), body)
    try {
      const response = await postJson({ url: webhook.url, headers, body, timeout }, fetcher)
      if (response.ok) return { outcome: 'accepted' }
      return { outcome: 'refused', detail: `the webhook answered with status ${response.status}` }
    } catch (error) {
      // Refused, reset, timed out: the request may have arrived.
      const message = withoutUrl(messageOf(error), webhook)
      return { outcome: 'unknown', detail: oneLine(`the webhook gave no answer: ${message}`) }
    }
  }
  return { name: 'webhook', deduplicates: true, deliver }
}

/** An error may quote the URL, which may hold a token, as it was set or as fetch writes it. */
function withoutUrl(text: string, { url }: Webhook): string {
  return [url, new URL(url).href].reduce(
    (kept, spelling) => kept.replaceAll(spelling, 'MAIL_WEBHOOK_URL'),
    text,
  )
}

function bodyOf({ messageId, to, from, subject, text, html }: Message): string {
  return JSON.stringify({
    message_id: messageId,
    to,
    from: writeAddress(from),
    subject,
    text,
    html,
  })
}

async function headersOf(
  { secret }: Webhook,
  id: string,
  now: Seconds,
  body: string,
): Promise<Record<string, string>> {
  const key = new TextEncoder().encode(secret)
  return {
    'Idempotency-Key': id,
    'Webhook-Id': id,
    'Webhook-Timestamp': String(now),
    'Webhook-Signature': await signWebhook(key, { id, at: now, body }),
  }
}
