import { rawSql } from '../sql.ts'
import type { Client } from '../../domain/client.ts'
import type { Secret } from '../../domain/secret.ts'
import { accessSql, toPermissions } from './access-sql.ts'

export type ClientRow = {
  id: number
  client_id: string
  name: string
  description: string
  created_at: number
  created_by: string
  updated_at: number
  version: number
  suspended_at: number | null
  suspended_reason: string | null
  generation: number
  tokens_valid_from: number | null
  denylist_version: number
  access_token_lifetime: number
  allow_self_rotation: number
  last_token_at: number | null
  secrets: string
  roles: string
  permissions: string
  access: string
  pending: number
}

/** A client whole, in one row: what hangs on it comes as JSON. `c` is the client's row. */
export const CLIENT_COLUMNS = rawSql(`
  c.id, c.client_id, c.name, c.description, c.created_at, c.created_by, c.updated_at, c.version,
  c.suspended_at, c.suspended_reason, c.generation, c.tokens_valid_from, c.denylist_version,
  c.access_token_lifetime, c.allow_self_rotation, c.last_token_at,
  (SELECT json_group_array(json_object(
     'secretId', s.secret_id, 'keyId', s.key_id, 'digest', s.digest, 'pepperVersion', s.pepper_version,
     'hint', s.hint, 'createdAt', s.created_at, 'expiresAt', s.expires_at, 'retiresAt', s.retires_at,
     'lastUsedAt', s.last_used_at, 'remind', s.remind, 'remindedAt', s.reminded_at,
     'reminderError', (SELECT coalesce(r.last_error, 'It is not known whether the mail was accepted')
       FROM portcullis_reminders r WHERE r.secret_id = s.secret_id AND r.sent_at IS NULL
       AND (r.last_error IS NOT NULL OR (r.sending_at IS NOT NULL AND r.due_at IS NULL)) LIMIT 1)
     ) ORDER BY s.id)
   FROM portcullis_secrets s WHERE s.client_id = c.client_id) AS secrets,
  (SELECT json_group_array(role_id) FROM portcullis_client_roles
   WHERE client_id = c.client_id) AS roles,
  (SELECT json_group_array(json_array(a.audience, p.permission)) FROM portcullis_client_permissions cp
   JOIN portcullis_permissions p ON p.id = cp.permission_id
   JOIN portcullis_apis a ON a.api_id = p.api_id WHERE cp.client_id = c.client_id) AS permissions,
  ${accessSql('c')} AS access,
  EXISTS (SELECT 1 FROM portcullis_denylist_outbox o WHERE o.client_id = c.client_id) AS pending`)

export function toClient(row: ClientRow, issuer: string): Client {
  return {
    clientId: row.client_id,
    name: row.name,
    description: row.description,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    version: row.version,
    suspension:
      row.suspended_at === null ? null : { at: row.suspended_at, reason: row.suspended_reason },
    generation: row.generation,
    tokensValidFrom: row.tokens_valid_from,
    denylistVersion: row.denylist_version,
    accessTokenLifetime: row.access_token_lifetime,
    allowSelfRotation: row.allow_self_rotation === 1,
    lastTokenAt: row.last_token_at,
    secrets: (JSON.parse(row.secrets) as SecretJson[]).map(toSecret),
    roles: JSON.parse(row.roles) as string[],
    permissions: toPermissions(row.permissions, issuer),
    access: toPermissions(row.access, issuer),
    propagation: row.pending ? 'pending' : 'complete',
  }
}

type SecretJson = Omit<Secret, 'verifier' | 'remind'> & Secret['verifier'] & { remind: number }

function toSecret({ keyId, digest, pepperVersion, remind, ...rest }: SecretJson): Secret {
  return { ...rest, remind: remind === 1, verifier: { keyId, digest, pepperVersion } }
}
