import { rawSql } from '../sql.ts'
import type { Client } from '../../domain/client.ts'
import { type ClientDetails, DETAIL_DEFAULTS, DETAILS } from '../../domain/client-details.ts'
import { columns, type StoredRow } from '../statements.ts'
import { type StoredCredential, toCredentials } from './credential-rows.ts'
import { accessSql, toPermissions } from './access-sql.ts'

/** All but the one that is a credential: it is kept with those. */
const STORED_DETAILS = DETAILS.filter((detail) => detail !== 'jwksUri')

const OWN = [
  ...STORED_DETAILS,
  ...(['id', 'clientId', 'createdAt', 'createdBy', 'updatedAt', 'version'] as const),
  ...(['suspendedAt', 'suspendedReason', 'generation', 'tokensValidFrom'] as const),
  ...(['denylistVersion', 'lastTokenAt', 'lastUsedAt', 'boundSince'] as const),
]

export type ClientRow = StoredRow<'clients', (typeof OWN)[number]> & {
  credentials: string
  roles: string
  permissions: string
  access: string
  pending: number
}

/** A whole client in one row; its related rows are JSON columns. `c` is the client's row. */
export const CLIENT_COLUMNS = rawSql(`
  ${columns<'clients'>('c', OWN).text},
  (SELECT json_group_array(json_object(
     'secretId', s.secret_id, 'keyId', s.key_id, 'digest', s.digest, 'pepperVersion', s.pepper_version,
     'hint', s.hint, 'kind', s.kind, 'label', s.label, 'createdBy', s.created_by,
     'material', s.material, 'createdAt', s.created_at, 'expiresAt', s.expires_at, 'retiresAt', s.retires_at,
     'lastUsedAt', s.last_used_at, 'firstUsedAt', s.first_used_at,
     'retireOthersIn', s.retire_others_in, 'graceAt', s.grace_at, 'remind', s.remind, 'remindedAt', s.reminded_at,
     'readError', CASE s.kind WHEN 'jwks_uri' THEN (SELECT k.error FROM portcullis_key_sets k
       WHERE k.source = 'jwks_uri ' || s.material) END,
     'reminderError', (SELECT coalesce(r.last_error, 'It is not known whether the mail was accepted')
       FROM portcullis_reminders r WHERE r.secret_id = s.secret_id AND r.sent_at IS NULL
       AND (r.last_error IS NOT NULL OR (r.sending_at IS NOT NULL AND r.due_at IS NULL)) LIMIT 1)
     ) ORDER BY s.id)
   FROM portcullis_secrets s WHERE s.client_id = c.client_id) AS credentials,
  (SELECT json_group_array(role_id) FROM portcullis_client_roles
   WHERE client_id = c.client_id) AS roles,
  (SELECT json_group_array(json_array(a.audience, p.permission)) FROM portcullis_client_permissions cp
   JOIN portcullis_permissions p ON p.id = cp.permission_id
   JOIN portcullis_apis a ON a.api_id = p.api_id WHERE cp.client_id = c.client_id) AS permissions,
  ${accessSql('c')} AS access,
  EXISTS (SELECT 1 FROM portcullis_denylist_outbox o WHERE o.client_id = c.client_id) AS pending`)

export function toClient(row: ClientRow, issuer: string): Client {
  const { suspendedAt, suspendedReason, pending } = row
  const credentials = toCredentials(JSON.parse(row.credentials) as StoredCredential[])
  return {
    ...detailsIn(row),
    jwksUri: credentials.publishedKeys?.jwksUri ?? null,
    clientId: row.clientId,
    createdAt: row.createdAt,
    createdBy: row.createdBy,
    updatedAt: row.updatedAt,
    version: row.version,
    generation: row.generation,
    tokensValidFrom: row.tokensValidFrom,
    denylistVersion: row.denylistVersion,
    lastTokenAt: row.lastTokenAt,
    lastUsedAt: row.lastUsedAt === 0 ? null : row.lastUsedAt,
    boundSince: row.boundSince,
    suspension: suspendedAt === null ? null : { at: suspendedAt, reason: suspendedReason },
    ...credentials,
    roles: JSON.parse(row.roles) as string[],
    permissions: toPermissions(row.permissions, issuer),
    access: toPermissions(row.access, issuer),
    propagation: pending ? 'pending' : 'complete',
  }
}

/** Each detail is stored as its default is. */
function detailsIn(row: ClientRow): Omit<ClientDetails, 'jwksUri'> {
  const read = (detail: (typeof STORED_DETAILS)[number]) => {
    const [stored, fallback] = [row[detail], DETAIL_DEFAULTS[detail]]
    if (typeof fallback === 'boolean') return stored === 1
    return Array.isArray(fallback) ? (JSON.parse(String(stored)) as unknown) : stored
  }
  return Object.fromEntries(STORED_DETAILS.map((detail) => [detail, read(detail)])) as Omit<
    ClientDetails,
    'jwksUri'
  >
}
