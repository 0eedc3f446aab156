import type { AuditEvent, KnownNames } from './audit.ts'
import type { TreeCheckpoint } from './audit-tree.ts'
import { readFlag } from './flag.ts'
import { type ReadOr, WrongSetting } from './setting.ts'
import type { Seconds } from './time.ts'
import { bytesFromBase64 } from '../platform/base64.ts'
import { webhookUrlProblem } from '../platform/webhook.ts'

export const EVENTS_FORMATS = ['standard', 'slack', 'teams'] as const
export type EventsFormat = (typeof EVENTS_FORMATS)[number]

/** Where events go, and in which shape; `keys` sign them, several while one is rotated. */
export type EventsSettings = {
  url: string
  format: EventsFormat
  keys: Uint8Array[]
}

/** One message to the receiver; `names` are those of the ids in the event that have one. */
export type EventMessage =
  | { kind: 'event'; event: AuditEvent; names: KnownNames }
  | { kind: 'checkpoint'; checkpoint: TreeCheckpoint }
  | { kind: 'test'; id: string; at: Seconds }

/**
 * `refused`: the receiver answered that it does not want this message (4xx, but for 408 and 429).
 * `failed`: it did not answer, or cannot take any message now.
 */
export type EventDelivery =
  | { outcome: 'accepted' }
  | { outcome: 'refused' | 'failed'; detail: string }

export interface EventsWebhook {
  /** Null while a setting is wrong: then each attempt fails. */
  format: EventsFormat | null
  /** The receiver's host; the rest of its URL may hold a token. */
  host: string | null
  send(message: EventMessage): Promise<EventDelivery>
}

/**
 * A webhook that gets every audit event, as configured; see docs/events.md. An empty text counts as
 * left out, like an empty variable.
 */
export type EventsConfig = {
  /** An https URL. */
  url?: string | undefined
  /** Signs what is sent: `whsec_` and base64 (Standard Webhooks); several are separated by spaces. */
  secret?: string | undefined
  /** `standard`, `slack` or `teams`; the latter two need no secret. @default 'standard' */
  format?: string | undefined
}

/** Standard Webhooks: a secret has between 24 and 64 bytes. */
const [BYTES_MIN, BYTES_MAX] = [24, 64]

/**
 * Null if no URL is set: then no event is sent.
 * @throws WrongSetting that quotes no value
 */
export function readEventsWebhook(config: EventsConfig = {}): EventsSettings | null {
  const { url, secret } = config
  if (!url) return null
  const problem = webhookUrlProblem(url)
  if (problem) throw new WrongSetting('EVENTS_WEBHOOK_URL', `EVENTS_WEBHOOK_URL ${problem}`)
  const format = readFormat(config.format || 'standard')
  return { url, format, keys: format === 'standard' ? readKeys(secret ?? '') : [] }
}

function readFormat(format: string): EventsFormat {
  const known = EVENTS_FORMATS.find((one) => one === format)
  if (known) return known
  const name = 'EVENTS_WEBHOOK_FORMAT'
  throw new WrongSetting(name, `${name} must be one of ${EVENTS_FORMATS.join(', ')}`)
}

function readKeys(secret: string): Uint8Array[] {
  const keys = secret.split(' ').filter(Boolean).map(readKey)
  if (keys.length > 0 && keys.every((key) => key !== null)) return keys
  const name = 'EVENTS_WEBHOOK_SECRET'
  const what = `whsec_ and the base64 of ${BYTES_MIN} to ${BYTES_MAX} random bytes`
  throw new WrongSetting(name, `${name} must be ${what}; several are separated by a space`)
}

function readKey(text: string): Uint8Array | null {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  const key = encoded === undefined ? null : bytesFromBase64(encoded)
  return key && key.length >= BYTES_MIN && key.length <= BYTES_MAX ? key : null
}

/** The variables of the environment by which events are sent. */
export type EventsVariables = {
  EVENTS_WEBHOOK_URL?: string
  EVENTS_WEBHOOK_SECRET?: string
  EVENTS_WEBHOOK_FORMAT?: string
  SECURITY_EVENTS?: string
}

export type StreamOptions = {
  /** Lets receivers have streams of security events; see docs/security-events.md. @default false */
  securityEvents?: boolean | undefined
}

export function securityEventsIn(vars: EventsVariables, readOr: ReadOr): boolean {
  const read = () => readFlag('SECURITY_EVENTS', vars.SECURITY_EVENTS)
  return readOr(read, false, 'it counts as off')
}

export function eventsIn(env: EventsVariables): EventsConfig {
  const { EVENTS_WEBHOOK_URL: url, EVENTS_WEBHOOK_SECRET: secret } = env
  return { url, secret, format: env.EVENTS_WEBHOOK_FORMAT }
}
