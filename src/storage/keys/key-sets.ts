import { type KeySets, nameOfSource, type SealedKeySet } from '../../domain/remote-keys.ts'
import type { Seconds } from '../../domain/time.ts'
import type { Database } from '../database.ts'
import { rawSql, sql } from '../sql.ts'

type Row = {
  keys: string | null
  readAt: Seconds
  freshUntil: Seconds
  triedAt: Seconds
  digest: string
  pepperVersion: string
}

const [AT, OF] = [nameOfSource({ jwksUri: '' }), nameOfSource({ issuer: '' })]

/** By a client that publishes its keys there, or as the keys of an issuer. */
const IS_USED = rawSql(`(EXISTS (
    SELECT 1 FROM portcullis_secrets s
    WHERE s.kind = 'jwks_uri' AND s.material = substr(k.source, ${AT.length + 1}))
  OR EXISTS (SELECT 1 FROM portcullis_issuers i
    WHERE k.source IN ('${AT}' || (i.trust ->> '$.keys.uri'), '${OF}' || i.issuer)))`)

export function d1KeySets(db: Database): KeySets {
  return {
    async find(name) {
      const [row] = await db.rows<Row>(sql`SELECT keys, read_at AS readAt,
        fresh_until AS freshUntil, tried_at AS triedAt, digest, pepper_version AS pepperVersion
        FROM portcullis_key_sets WHERE source = ${name}`)
      return row ? { set: toSet(name, row), triedAt: row.triedAt } : null
    },

    async keep(name, { keys, readAt, freshUntil, verifier: { digest, pepperVersion } }) {
      await db.rows(sql`INSERT INTO portcullis_key_sets
        (source, keys, read_at, fresh_until, tried_at, error, digest, pepper_version)
        VALUES (${name}, ${keys}, ${readAt}, ${freshUntil}, ${readAt}, NULL, ${digest},
          ${pepperVersion})
        ON CONFLICT (source) DO UPDATE SET keys = excluded.keys, read_at = excluded.read_at,
          fresh_until = excluded.fresh_until, tried_at = excluded.tried_at, error = NULL,
          digest = excluded.digest, pepper_version = excluded.pepper_version`)
    },

    async noteFailure(name, now, error) {
      await db.rows(sql`INSERT INTO portcullis_key_sets (source, tried_at, error)
        VALUES (${name}, ${now}, ${error})
        ON CONFLICT (source) DO UPDATE SET tried_at = excluded.tried_at, error = excluded.error`)
    },

    async triedBefore(before, limit) {
      const rows = await db.rows<{ source: string; used: number }>(sql`SELECT source,
        ${IS_USED} AS used FROM portcullis_key_sets k
        WHERE tried_at <= ${before} ORDER BY tried_at LIMIT ${limit}`)
      return rows.map(({ source, used }) => ({ name: source, isUsed: used === 1 }))
    },

    async forget(names) {
      await db.rows(sql`DELETE FROM portcullis_key_sets
        WHERE source IN (SELECT value FROM json_each(${JSON.stringify(names)}))`)
    },
  }
}

function toSet(name: string, row: Row): SealedKeySet | null {
  const { keys, readAt, freshUntil, digest, pepperVersion } = row
  if (keys === null) return null
  return { keys, readAt, freshUntil, verifier: { keyId: name, digest, pepperVersion } }
}
