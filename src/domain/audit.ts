import type { Seconds } from './time.ts'

export const ACTOR_TYPES = ['bootstrap', 'client', 'administrator', 'system'] as const

export type Actor = { type: (typeof ACTOR_TYPES)[number]; id: string }

export const AUDIT_ACTIONS = [
  'client.created',
  'client.updated',
  'client.deleted',
  'client.suspended',
  'client.resumed',
  'client.access_changed',
  'client.tokens_revoked',
  'client.refused_often',
  'secret.created',
  'secret.retired',
  'secret.extended',
  'secret.updated',
  'secret.deleted',
  'secret.expiring',
  'secret.expired',
  'public_key.created',
  'public_key.deleted',
  'federated_credential.created',
  'federated_credential.deleted',
  'issuer.created',
  'issuer.updated',
  'issuer.deleted',
  'certificate.created',
  'certificate.deleted',
  'event_stream.created',
  'event_stream.updated',
  'event_stream.deleted',
  'token.revoked',
  'api.created',
  'api.updated',
  'api.deleted',
  'role.created',
  'role.updated',
  'role.deleted',
  'administrator.created',
  'administrator.updated',
  'administrator.deleted',
  'signing_key.created',
  'signing_key.promoted',
  'signing_key.retired',
  'signing_key.revoked',
  'session.created',
  'session.ended',
  'audit_log.accepted',
  'incident.recorded',
  'reminder.sent',
] as const

export type AuditAction = (typeof AUDIT_ACTIONS)[number]

export const TARGET_TYPES = [
  ...([
    'client',
    'secret',
    'public_key',
    'federated_credential',
    'certificate',
    'issuer',
    'event_stream',
    'token',
    'api',
    'role',
  ] as const),
  ...(['administrator', 'signing_key', 'session', 'audit_log', 'incident'] as const),
]
export type TargetType = (typeof TARGET_TYPES)[number]

export type FieldChanges = Record<string, { from: unknown; to: unknown }>

/** An event as an action reports it; the ledger adds the time, the order and the seal. */
export type EventDraft = {
  action: AuditAction
  actor: Actor
  clientId: string | null
  target: { type: TargetType; id: string }
  reason?: string | undefined
  changes?: FieldChanges | undefined
  requestId: string
}

export type AuditEvent = EventDraft & { eventId: string; seq: number; at: Seconds; seal: string }

/** The end of the log: a change either continues it or is refused. */
export type LedgerHead = { seq: number; seal: string }

/**
 * The text that a seal covers: the previous seal and every field in one unambiguous order, so that
 * an edited, removed, inserted or swapped event breaks the chain.
 */
export function sealedText(event: Omit<AuditEvent, 'seal'>, previousSeal: string): string {
  return JSON.stringify([
    previousSeal,
    event.seq,
    event.eventId,
    event.at,
    event.action,
    event.actor.type,
    event.actor.id,
    event.clientId,
    event.target.type,
    event.target.id,
    event.reason ?? null,
    event.changes ?? null,
    event.requestId,
  ])
}

/** The fields that differ, with their old and new values. */
export function differences<T extends object>(
  before: T,
  after: T,
  names: Partial<Record<keyof T & string, string>>,
): FieldChanges {
  const changes: FieldChanges = {}
  for (const key of Object.keys(names) as (keyof T & string)[]) {
    if (JSON.stringify(before[key]) === JSON.stringify(after[key])) continue
    changes[names[key] ?? key] = { from: before[key], to: after[key] }
  }
  return changes
}

/** Filters of events: all that are given apply; null means any. */
export type AuditFilters = {
  clientId: string | null
  action: AuditAction | null
  /** The id of who acted: an administrator, a client, `bootstrap` or `portcullis`. */
  actorId?: string | null
  /** Events at this second or later. */
  since?: Seconds | null
  /** Events before this second. */
  until?: Seconds | null
}

/** `after`: the number of the event before the page, in its order. */
export type AuditQuery = AuditFilters & {
  isOldestFirst?: boolean
  limit: number
  after: number | null
}

/** The name that an id in the log has now or, if it is gone, had last. */
export type KnownName = { name: string; isGone: boolean }

/** The kinds that have names. */
const NAMED_TYPES = ['administrator', 'client', 'api', 'role'] as const
/** An id with its kind: a client that brought its id along may have that of something else. */
export type Named = { type: (typeof NAMED_TYPES)[number]; id: string }

/** Names by `nameKey`. */
export type KnownNames = ReadonlyMap<string, KnownName>

export function nameKey({ type, id }: { type: string; id: string }): string {
  return `${type} ${id}`
}

export function isNamed(one: { type: string; id: string }): one is Named {
  return NAMED_TYPES.some((type) => type === one.type)
}

/** All in these events that may have a name, each once. */
export function namedIn(events: AuditEvent[]): Named[] {
  const all = events.flatMap(({ actor, target, clientId }) => [
    ...[actor, target].filter(isNamed),
    ...(clientId === null ? [] : [clientOf(clientId)]),
  ])
  return [...new Map(all.map((one) => [nameKey(one), one])).values()]
}

export function clientOf(id: string): Named {
  return { type: 'client', id }
}

/** The author that an id means, which is kept without its kind; the likelier of two comes first. */
export function authorsOf(id: string): Named[] {
  const isLikePerson = id.startsWith('administrator_')
  return [...(isLikePerson ? [{ type: 'administrator', id } as const] : []), clientOf(id)]
}

export interface AuditEvents {
  list(query: AuditQuery): Promise<AuditEvent[]>
  /** In the order in which they happened, after `seq`. */
  since(seq: number, limit: number): Promise<AuditEvent[]>
  /** The seals of these events. */
  seals(seqs: number[]): Promise<Map<number, string>>
  /** Lists the events that recorded an incident, one for each client, oldest first. */
  ofIncident(incidentId: string): Promise<AuditEvent[]>
  /** The names of clients, administrators, APIs and roles, also of those that are gone. */
  names(of: Named[]): Promise<KnownNames>
  /** Administrators by address, then those removed, last ones first: more than a person chooses from. */
  people(): Promise<(KnownName & { id: string })[]>
}
