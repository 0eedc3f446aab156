import type { Credential, HeldSecret, StoredKind } from '../../domain/credential.ts'
import type { Profile } from '../../domain/client-details.ts'
import type { Verifier } from '../../domain/secret.ts'
import type { StatusPlace } from '../../domain/status-list.ts'
import { toAccess } from './access-sql.ts'
import { orNever } from './never.ts'

/** All null if no secret has the key id. */
export type CredentialRow = {
  client_id: string | null
  suspended_at: number | null
  generation: number
  access_token_lifetime: number
  last_token_at: number | null
  profile: Profile | null
  require_dpop: number
  bind_to_certificate: number
  status_list: string | null
  status_block: number | null
  access: string
  kind: StoredKind
  secret_id: string
  key_id: string
  digest: string
  pepper_version: string
  created_at: number
  expires_at: number
  retires_at: number | null
  last_used_at: number | null
  retire_others_in: number | null
  rule_lifetime: number | null
  issuer_version: number | null
}

export function toCredential(row: CredentialRow | null, issuer: string): Credential | null {
  if (!row || row.client_id === null) return null
  const owner = {
    clientId: row.client_id,
    suspended: row.suspended_at !== null,
    generation: row.generation,
    accessTokenLifetime: Math.min(row.access_token_lifetime, row.rule_lifetime ?? Infinity),
    lastTokenAt: row.last_token_at,
    profile: row.profile,
    requireDpop: row.require_dpop === 1,
    bindToCertificate: row.bind_to_certificate === 1,
    statusPlace: placeOf(row),
    access: toAccess(row.access, issuer),
  }
  switch (row.kind) {
    case 'secret':
      return { ...owner, kind: row.kind, secret: toSecret(row) }
    case 'public_key':
    case 'jwks_uri':
      return {
        ...owner,
        kind: 'public_key',
        key: { keyId: row.secret_id, verifier: toVerifier(row), ...termOf(row) },
      }
    case 'federated_credential': {
      const rule = { credentialId: row.secret_id, issuerVersion: row.issuer_version }
      return { ...owner, kind: row.kind, rule: { ...rule, ...termOf(row) } }
    }
    case 'certificate': {
      const certificate = { certificateId: row.secret_id, ...termOf(row) }
      return { ...owner, kind: row.kind, certificate }
    }
  }
}

function placeOf({ status_list: listId, status_block: block }: CredentialRow): StatusPlace | null {
  return listId === null || block === null ? null : { listId, block }
}

function toSecret(row: CredentialRow): HeldSecret {
  return {
    secretId: row.secret_id,
    verifier: toVerifier(row),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    retiresAt: row.retires_at,
    lastUsedAt: row.last_used_at,
    retireOthersIn: row.retire_others_in,
  }
}

function toVerifier(row: CredentialRow): Verifier {
  return { keyId: row.key_id, digest: row.digest, pepperVersion: row.pepper_version }
}

function termOf(row: CredentialRow) {
  return { expiresAt: orNever(row.expires_at), lastUsedAt: row.last_used_at }
}
