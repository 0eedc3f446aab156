import type { AuditAction } from '../../domain/audit.ts'

/** Each action in words. */
export const ACTION_WORDS: Record<AuditAction, string> = {
  'client.created': 'API client created',
  'client.updated': 'Details changed',
  'client.deleted': 'API client deleted',
  'client.suspended': 'Access suspended',
  'client.resumed': 'Access resumed',
  'client.access_changed': 'API access changed',
  'client.tokens_revoked': 'All tokens revoked',
  'client.refused_often': 'Refused often',
  'secret.created': 'Secret created',
  'secret.retired': 'Secret end brought forward',
  'secret.extended': 'Secret extended',
  'secret.updated': 'Secret changed',
  'secret.deleted': 'Secret deleted',
  'secret.expiring': 'Credential expires soon',
  'secret.expired': 'Credential expired',
  'public_key.created': 'Public key added',
  'public_key.deleted': 'Public key deleted',
  'federated_credential.created': 'Federated credential added',
  'federated_credential.deleted': 'Federated credential deleted',
  'issuer.created': 'Issuer trusted',
  'issuer.updated': 'Issuer changed',
  'issuer.deleted': 'Issuer no longer trusted',
  'certificate.created': 'Certificate added',
  'certificate.deleted': 'Certificate deleted',
  'event_stream.created': 'Event stream created',
  'event_stream.updated': 'Event stream changed',
  'event_stream.deleted': 'Event stream deleted',
  'token.revoked': 'Token revoked',
  'api.created': 'API added',
  'api.updated': 'API changed',
  'api.deleted': 'API deleted',
  'role.created': 'Role created',
  'role.updated': 'Role changed',
  'role.deleted': 'Role deleted',
  'administrator.created': 'Administrator added',
  'administrator.updated': 'Administrator changed',
  'administrator.deleted': 'Administrator removed',
  'signing_key.created': 'Signing key created',
  'signing_key.promoted': 'Signing key promoted',
  'signing_key.retired': 'Signing key retired',
  'signing_key.revoked': 'Signing key revoked',
  'session.created': 'Signed in',
  'session.ended': 'Signed out',
  'audit_log.accepted': 'Audit log accepted',
  'incident.recorded': 'Leak responded to',
  'reminder.sent': 'Reminder sent',
}

/** Formats a value from before or after the change for a table. */
export function valueInWords(value: unknown): string {
  const list = Array.isArray(value) ? value : [value]
  return list.map(itemInWords).filter(Boolean).join('\n') || 'none'
}

/** Formats a permission with its API, and anything else as it is. */
function itemInWords(item: unknown): string {
  if (item === null || item === undefined) return ''
  if (typeof item === 'string') return item
  if (typeof item === 'boolean') return item ? 'yes' : 'no'
  const { permission, audience } = item as Record<string, unknown>
  const isPermission = typeof permission === 'string' && typeof audience === 'string'
  return isPermission ? `${permission} on ${audience}` : JSON.stringify(item)
}
