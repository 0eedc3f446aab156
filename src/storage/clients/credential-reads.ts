import type { Credential, TokenFacts, CredentialReads } from '../../domain/credential.ts'
import type { Algorithm } from '../../domain/signing-key.ts'
import { SHUT, DATABASE_RESTORED } from '../../domain/database-restore.ts'
import { CLOCK_SKEW } from '../../domain/time.ts'
import { accessWithNamesakesSql, toAccess } from './access-sql.ts'
import { answered } from '../answered.ts'

// The hot path: prepared by hand, each one round trip to the primary, with a text that is built
// once and not per request.

const CREDENTIAL = `
  c.client_id, c.suspended_at, c.generation, c.access_token_lifetime, c.last_token_at,
  ${accessWithNamesakesSql('c')} AS access,
  s.secret_id, s.key_id, s.digest, s.pepper_version, s.created_at, s.expires_at, s.retires_at,
  s.last_used_at`

// Read together with each credential, so that it needs no further statement.
const IS_SHUT = `EXISTS (SELECT 1 FROM portcullis_chores
  WHERE name = '${DATABASE_RESTORED}' AND position = '${JSON.stringify(SHUT)}') AS shut`

const CREDENTIAL_TABLES = `
  LEFT JOIN portcullis_secrets s ON s.key_id = ?1
  LEFT JOIN portcullis_clients c ON c.client_id = s.client_id`

const IS_OPEN = 'revoked_at IS NULL AND (retires_at IS NULL OR retires_at > ?3)'

/** Also reads whether a key of the algorithm is missing: the active one or the standby. */
const FOR_TOKEN = `SELECT ${CREDENTIAL},
  (SELECT kid FROM portcullis_signing_keys WHERE ${IS_OPEN} AND activates_at <= ?3
   ORDER BY algorithm = ?2 DESC, activates_at DESC, created_at DESC, kid DESC LIMIT 1) AS active_kid,
  (SELECT count(DISTINCT activates_at <= ?3) FROM portcullis_signing_keys
   WHERE ${IS_OPEN} AND algorithm = ?2) < 2 AS lacks_key,
  ${IS_SHUT}
  FROM (SELECT 1) ${CREDENTIAL_TABLES}`

const TOKEN = `
  t.client_id AS token_client_id, t.suspended_at AS token_suspended_at,
  t.generation AS token_generation, ${accessWithNamesakesSql('t')} AS token_access,
  k.kid, k.algorithm, k.public_jwk, k.wrapped_key, k.revoked_at,
  EXISTS (SELECT 1 FROM portcullis_revoked_tokens r WHERE r.jti = j.value ->> 'jti') AS revoked`

const WITH_TOKENS = `SELECT ${CREDENTIAL}, ${TOKEN}, ${IS_SHUT}
  FROM json_each(?2) j
  ${CREDENTIAL_TABLES}
  LEFT JOIN portcullis_clients t ON t.client_id = j.value ->> 'clientId'
  LEFT JOIN portcullis_signing_keys k ON k.kid = j.value ->> 'kid'
  ORDER BY j.key`

const IS_REVOKED = 'SELECT 1 FROM portcullis_revoked_tokens WHERE jti = ?1'

const NOTE_USE = `UPDATE portcullis_secrets SET last_used_at = ?2
  WHERE secret_id = ?1 AND (last_used_at IS NULL OR last_used_at <= ?2 - 60 OR last_used_at > ?2 + ${CLOCK_SKEW})`

const NOTE_TOKEN = `UPDATE portcullis_clients SET last_token_at = ?2
  WHERE client_id = ?1 AND (last_token_at IS NULL OR last_token_at <= ?2 - 60 OR last_token_at > ?2 + ${CLOCK_SKEW})`

const REHASH = `UPDATE portcullis_secrets SET digest = ?2, pepper_version = ?3 WHERE secret_id = ?1`

export function d1CredentialReads(d1: D1Database, issuer: string): CredentialReads {
  return {
    async forToken(keyId, algorithm, now) {
      type Row = CredentialRow & { active_kid: string | null; lacks_key: number; shut: number }
      const ask = () => d1.prepare(FOR_TOKEN).bind(keyId, algorithm, now).first<Row>()
      const row = await answered('d1', ask)
      const shut = row?.shut !== 0
      const keys = { activeKid: row?.active_kid ?? null, lacksKey: row?.lacks_key === 1 }
      return { credential: toCredential(row, issuer), ...keys, shut }
    },

    async withTokens(keyId, tokens) {
      const bound = [keyId, JSON.stringify(tokens)]
      const ask = () =>
        d1
          .prepare(WITH_TOKENS)
          .bind(...bound)
          .all<CredentialRow & TokenRow>()
      const { results } = await answered('d1', ask)
      const credential = toCredential(results[0] ?? null, issuer)
      const facts = results.map((row) => toTokenFacts(row, issuer))
      return { credential, tokens: facts, shut: facts.some(({ shut }) => shut) }
    },

    async isRevoked(jti) {
      const row = await answered('d1', () => d1.prepare(IS_REVOKED).bind(jti).first())
      return row !== null
    },

    async noteUse(secretId, now) {
      await answered('d1', () => d1.prepare(NOTE_USE).bind(secretId, now).run())
    },

    async noteToken(clientId, now) {
      await answered('d1', () => d1.prepare(NOTE_TOKEN).bind(clientId, now).run())
    },

    async rehash(secretId, { digest, pepperVersion }) {
      const bound = [secretId, digest, pepperVersion]
      await answered('d1', () =>
        d1
          .prepare(REHASH)
          .bind(...bound)
          .run(),
      )
    },
  }
}

/** All null if no secret has the key id. */
type CredentialRow = {
  client_id: string | null
  suspended_at: number | null
  generation: number
  access_token_lifetime: number
  last_token_at: number | null
  access: string
  secret_id: string
  key_id: string
  digest: string
  pepper_version: string
  created_at: number
  expires_at: number
  retires_at: number | null
  last_used_at: number | null
}

function toCredential(row: CredentialRow | null, issuer: string): Credential | null {
  if (!row || row.client_id === null) return null
  return {
    clientId: row.client_id,
    suspended: row.suspended_at !== null,
    generation: row.generation,
    accessTokenLifetime: row.access_token_lifetime,
    lastTokenAt: row.last_token_at,
    access: toAccess(row.access, issuer),
    kind: 'secret',
    secret: {
      secretId: row.secret_id,
      verifier: { keyId: row.key_id, digest: row.digest, pepperVersion: row.pepper_version },
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      retiresAt: row.retires_at,
      lastUsedAt: row.last_used_at,
    },
  }
}

type TokenRow = {
  token_client_id: string | null
  token_suspended_at: number | null
  token_generation: number
  token_access: string
  kid: string | null
  algorithm: Algorithm
  public_jwk: string
  wrapped_key: string
  revoked_at: number | null
  revoked: number
  shut: number
}

function toTokenFacts(row: TokenRow, issuer: string): TokenFacts {
  const client = row.token_client_id !== null && {
    suspended: row.token_suspended_at !== null,
    generation: row.token_generation,
    access: toAccess(row.token_access, issuer),
  }
  const key = row.kid !== null && {
    kid: row.kid,
    algorithm: row.algorithm,
    publicJwk: row.public_jwk,
    wrappedKey: row.wrapped_key,
    revoked: row.revoked_at !== null,
  }
  const [revoked, shut] = [row.revoked === 1, row.shut !== 0]
  return { client: client || null, key: key || null, revoked, shut }
}
