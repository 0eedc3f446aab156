import type {
  CredentialReads,
  StoredKey,
  StoredKind,
  StoredPlace,
  TokenFacts,
} from '../../domain/credential.ts'
import type { AssertionAudience } from '../../domain/client-details.ts'
import type { Algorithm } from '../../domain/signing-key.ts'
import type { Seconds } from '../../domain/time.ts'
import { answered } from '../answered.ts'
import { accessWithNamesakesSql, toAccess } from './access-sql.ts'
import { type CredentialRow, toCredential } from './credential-row.ts'
import { readCertificates } from './certificate-reads.ts'
import { CREDENTIAL, CREDENTIAL_TABLES, read, reading, SHUT_COLUMN } from './credential-sql.ts'
import { orNever } from './never.ts'
import { useNotes } from './use-notes.ts'

// The hot path: prepared by hand, each one round trip to the primary, with a text that is built
// once and not per request.

const IS_OPEN = 'revoked_at IS NULL AND (retires_at IS NULL OR retires_at > ?3)'

/** Also reads whether a key of the algorithm is missing: the active one or the standby. */
const FOR_TOKEN = reading(
  {
    ...CREDENTIAL,
    active_kid: `(SELECT kid FROM portcullis_signing_keys
      WHERE ${IS_OPEN} AND activates_at <= ?3
      ORDER BY algorithm = ?2 DESC, activates_at DESC, created_at DESC, kid DESC LIMIT 1)`,
    lacks_key: `(SELECT count(DISTINCT activates_at <= ?3) FROM portcullis_signing_keys
      WHERE ${IS_OPEN} AND algorithm = ?2) < 2`,
    ...SHUT_COLUMN,
  },
  `FROM (SELECT 1) ${CREDENTIAL_TABLES}`,
  3,
)

const WITH_TOKENS = reading(
  {
    ...CREDENTIAL,
    token_client_id: 't.client_id',
    token_suspended_at: 't.suspended_at',
    token_generation: 't.generation',
    token_access: accessWithNamesakesSql('t'),
    kid: 'k.kid',
    algorithm: 'k.algorithm',
    public_jwk: 'k.public_jwk',
    wrapped_key: 'k.wrapped_key',
    revoked_at: 'k.revoked_at',
    revoked: `EXISTS (SELECT 1 FROM portcullis_revoked_tokens r WHERE r.jti = j.value ->> 'jti')`,
    ...SHUT_COLUMN,
  },
  `FROM json_each(?2) j
  ${CREDENTIAL_TABLES}
  LEFT JOIN portcullis_clients t ON t.client_id = j.value ->> 'clientId'
  LEFT JOIN portcullis_signing_keys k ON k.kid = j.value ->> 'kid'
  ORDER BY j.key`,
  2,
)

const KEYS_OF = `SELECT c.assertion_audience AS audience, s.kind, s.secret_id AS keyId, s.material, s.digest,
  s.pepper_version AS pepperVersion, s.expires_at AS expiresAt
  FROM portcullis_clients c
  JOIN portcullis_secrets s ON s.client_id = c.client_id AND s.kind IN ('public_key', 'jwks_uri')
  WHERE c.client_id = ?1 ORDER BY s.id`

const IS_REVOKED = 'SELECT 1 FROM portcullis_revoked_tokens WHERE jti = ?1'

const REHASH = `UPDATE portcullis_secrets SET digest = ?2, pepper_version = ?3 WHERE secret_id = ?1`

export function d1CredentialReads(d1: D1Database, issuer: string): CredentialReads {
  const notes = useNotes(d1)
  return {
    async forToken({ keyId, spend }, algorithm, now) {
      type Row = CredentialRow & { active_kid: string | null; lacks_key: number; shut: number }
      const bound = [keyId, algorithm, now]
      const [row] = await answered('d1', () => read<Row>(d1, FOR_TOKEN, bound, spend))
      const keys = { activeKid: row?.active_kid ?? null, lacksKey: row?.lacks_key === 1 }
      // Nothing to spend any more says nothing of the database.
      const shut = row ? row.shut !== 0 : spend === null
      return { credential: toCredential(row ?? null, issuer), ...keys, shut }
    },

    async withTokens(lookup, tokens) {
      const [keyId, spend] = [lookup?.keyId ?? null, lookup?.spend ?? null]
      const bound = [keyId, JSON.stringify(tokens)]
      type Row = CredentialRow & TokenRow
      const rows = await answered('d1', () => read<Row>(d1, WITH_TOKENS, bound, spend))
      const credential = toCredential(rows[0] ?? null, issuer)
      const facts = rows.map((row) => toTokenFacts(row, issuer))
      return { credential, tokens: facts, shut: facts.some(({ shut }) => shut) }
    },

    async keysOf(clientId) {
      const ask = () => d1.prepare(KEYS_OF).bind(clientId).all<KeyRow>()
      const { results } = await answered('d1', ask)
      const [first] = results
      if (!first) return null
      const keys = results.filter(({ kind }) => kind === 'public_key').map(toStoredKey)
      const place = results.find(({ kind }) => kind === 'jwks_uri')
      return { audience: first.audience, keys, published: place ? toPlace(place) : null }
    },

    certificatesOf: (clientId) => readCertificates(d1, clientId),

    async isRevoked(jti) {
      const row = await answered('d1', () => d1.prepare(IS_REVOKED).bind(jti).first())
      return row !== null
    },

    noteUse: (credentialId, now, isFirst) =>
      isFirst
        ? notes.atOnce('credentials', credentialId, now)
        : notes.soon('credentials', credentialId, now),

    noteToken: (clientId, now, isFirst) =>
      isFirst ? notes.atOnce('clients', clientId, now) : notes.soon('clients', clientId, now),

    async rehash(credentialId, { digest, pepperVersion }) {
      const bound = [credentialId, digest, pepperVersion]
      await answered('d1', () =>
        d1
          .prepare(REHASH)
          .bind(...bound)
          .run(),
      )
    },
  }
}

type KeyRow = {
  kind: StoredKind
  audience: AssertionAudience
  keyId: string
  material: string
  digest: string
  pepperVersion: string
  expiresAt: Seconds
}

function toStoredKey({ keyId, material, digest, pepperVersion, expiresAt }: KeyRow): StoredKey {
  return {
    keyId,
    material: JSON.parse(material) as StoredKey['material'],
    verifier: { keyId, digest, pepperVersion },
    expiresAt: orNever(expiresAt),
  }
}

function toPlace({ keyId, material, digest, pepperVersion }: KeyRow): StoredPlace {
  return { keyId, jwksUri: material, verifier: { keyId, digest, pepperVersion } }
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
