import type { AuditEvent, FieldChanges, TargetType } from './audit.ts'
import type { Seconds } from './time.ts'

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/'
const SSF = 'https://schemas.openid.net/secevent/ssf/event-type/'

export const VERIFICATION = `${SSF}verification`
export const STREAM_UPDATED = `${SSF}stream-updated`

const REVOKED = `${CAEP}session-revoked`
const CREDENTIAL = `${CAEP}credential-change`
const CLAIMS = `${CAEP}token-claims-change`
const DISABLED = `${RISC}account-disabled`
const ENABLED = `${RISC}account-enabled`
const PURGED = `${RISC}account-purged`
const COMPROMISED = `${RISC}credential-compromise`

/** The types that a receiver can ask for. Those of SSF itself are always sent. */
export const EVENT_TYPES = [
  REVOKED,
  CREDENTIAL,
  CLAIMS,
  DISABLED,
  ENABLED,
  PURGED,
  COMPROMISED,
] as const

/** A subject as RFC 9493 writes it. */
export type SubjectId =
  | { format: 'iss_sub'; iss: string; sub: string }
  | { format: 'jwt_id'; iss: string; jti: string }
  | { format: 'opaque'; id: string }

/** The claims of a security event token (RFC 8417 §2.2): without `sub` and without `exp`. */
export type EventClaims = {
  iss: string
  aud: string
  iat: Seconds
  jti: string
  txn?: string
  sub_id: SubjectId
  events: Record<string, object>
}

type Told = { type: string; about?: Extra; jwtId?: string }
type Extra = Record<string, unknown>

/** CAEP has no name for a client secret; `password` is the nearest. The others are our own. */
const CREDENTIAL_TYPES: Partial<Record<TargetType, string>> = {
  secret: 'password',
  certificate: 'x509',
}

const CHANGES: Record<string, string> = {
  created: 'create',
  updated: 'update',
  extended: 'update',
  retired: 'update',
  deleted: 'delete',
  expired: 'revoke',
}

const CREDENTIAL_ACTION = /^(?:secret|public_key|federated_credential|certificate)\.(\w+)$/

/**
 * Makes the tokens by which an event of the audit log is told to receivers. The same event gives the same tokens,
 * byte for byte, however often they are made: so none has to be stored.
 */
export function eventClaimsOf(
  event: AuditEvent,
  { issuer, audience }: { issuer: string; audience: string },
): EventClaims[] {
  const { clientId } = event
  if (clientId === null) return []
  return toldBy(event).map(({ type, about, jwtId }, nth) => ({
    iss: issuer,
    aud: audience,
    iat: event.at,
    jti: `${event.eventId}.${nth}`,
    txn: event.requestId,
    sub_id: jwtId
      ? { format: 'jwt_id', iss: issuer, jti: jwtId }
      : { format: 'iss_sub', iss: issuer, sub: clientId },
    events: { [type]: { ...about, ...commonOf(event) } },
  }))
}

function toldBy({ action, target, changes = {} }: AuditEvent): Told[] {
  switch (action) {
    case 'client.suspended':
      return [{ type: DISABLED }, { type: REVOKED }]
    case 'client.resumed':
      return [{ type: ENABLED }]
    case 'client.deleted':
      return [{ type: PURGED }, { type: REVOKED }]
    case 'client.tokens_revoked':
      return [{ type: REVOKED }]
    case 'token.revoked':
      return [{ type: REVOKED, jwtId: target.id }]
    case 'client.access_changed':
      return [{ type: CLAIMS, about: { claims: claimsIn(changes) } }]
    case 'incident.recorded':
      // Everything that was cut off by it has events of its own.
      return [{ type: COMPROMISED, about: { credential_type: 'password' } }]
    default: {
      const change = CHANGES[CREDENTIAL_ACTION.exec(action)?.[1] ?? '']
      if (change === undefined) return []
      const about = { change_type: change, friendly_name: target.id }
      return [{ type: CREDENTIAL, about: { ...about, credential_type: typeOf(target.type) } }]
    }
  }
}

function typeOf(target: TargetType): string {
  return CREDENTIAL_TYPES[target] ?? target
}

/** The new values. A role is named by its id: what it gives can change without this client. */
function claimsIn({ permissions, roles }: FieldChanges): Extra {
  const held = (permissions?.to ?? []) as { audience: string; permission: string }[]
  const scope = held.map(({ permission }) => permission).join(' ')
  return {
    ...(permissions && { scope, aud: [...new Set(held.map(({ audience }) => audience))] }),
    ...(roles && { roles: roles.to }),
  }
}

const BY_POLICY = new Set(['secret.retired', 'secret.expired'])

/** As CAEP §2 calls them: a client that ends its own token or secret is the user. */
function initiatorOf({ action, actor, clientId }: AuditEvent): string {
  if (actor.type === 'system') return BY_POLICY.has(action) ? 'policy' : 'system'
  return actor.type === 'client' && actor.id === clientId ? 'user' : 'admin'
}

function commonOf(event: AuditEvent): Extra {
  const { action, at, reason } = event
  return {
    event_timestamp: at,
    initiating_entity: initiatorOf(event),
    // CAEP §2: never empty. The action is English as well.
    reason_admin: { en: reason || action.replaceAll(/[._]/g, ' ') },
  }
}
