import type {
  EventDelivery,
  EventMessage,
  EventsFormat,
  EventsSettings,
  EventsWebhook,
} from '../../domain/events-webhook.ts'
import type { Seconds } from '../../domain/time.ts'
import { postJson, signWebhook } from '../../platform/webhook.ts'
import { slackBody } from './slack-body.ts'
import { type DescribeEvent, standardBody } from './standard-body.ts'
import { teamsBody } from './teams-body.ts'

/** How many milliseconds the receiver may take. */
export const TIMEOUT_MS = 10_000

/** Statuses that say nothing about the message itself. */
const LATER = new Set([408, 429])

export type Surroundings = {
  /** Where the console is; null if unknown, and then messages have no link. */
  issuer: string | null
  describe: DescribeEvent
  now: () => Seconds
  fetcher?: typeof globalThis.fetch
  timeout?: number
}

const BODIES: Record<EventsFormat, (message: EventMessage, around: Surroundings) => object> = {
  standard: standardBody,
  slack: slackBody,
  teams: teamsBody,
}

export function makeEventsWebhook(
  { url, format, keys }: EventsSettings,
  around: Surroundings,
): EventsWebhook {
  const { fetcher, timeout = TIMEOUT_MS, now } = around
  async function send(message: EventMessage): Promise<EventDelivery> {
    const body = JSON.stringify(BODIES[format](message, around))
    const id = idOf(message)
    const headers = await headersOf(keys, { id, at: now(), body })
    return posted({ url, headers, body, timeout }, fetcher)
  }
  return { format, host: new URL(url).host, send }
}

function idOf(message: EventMessage): string {
  if (message.kind === 'checkpoint') return `checkpoint_${message.checkpoint.size}`
  return message.kind === 'event' ? message.event.eventId : message.id
}

/** For wrong settings: nothing leaves, and every event waits until they are right. */
export const WRONGLY_CONFIGURED: EventsWebhook = {
  format: null,
  host: null,
  send: async () => ({ outcome: 'failed', detail: 'a setting of the events webhook is wrong' }),
}

/** Posts a message: what became of it, whatever happens. */
export async function posted(
  post: Parameters<typeof postJson>[0],
  fetcher?: typeof globalThis.fetch,
): Promise<EventDelivery> {
  try {
    return deliveryOf(await postJson(post, fetcher))
  } catch (error) {
    // Never the message of the error: it may quote the URL.
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    const detail = isLate ? `no answer within ${post.timeout / 1000} seconds` : 'no connection'
    return { outcome: 'failed', detail }
  }
}

function deliveryOf({ ok, status }: { ok: boolean; status: number }): EventDelivery {
  if (ok) return { outcome: 'accepted' }
  const isRefused = status >= 400 && status < 500 && !LATER.has(status)
  return { outcome: isRefused ? 'refused' : 'failed', detail: `status ${status}` }
}

/** One signature for each key. */
async function headersOf(
  keys: EventsSettings['keys'],
  signed: { id: string; at: Seconds; body: string },
): Promise<Record<string, string>> {
  if (keys.length === 0) return {}
  const signatures = await Promise.all(keys.map((key) => signWebhook(key, signed)))
  return {
    'webhook-id': signed.id,
    'webhook-timestamp': String(signed.at),
    'webhook-signature': signatures.join(' '),
  }
}
