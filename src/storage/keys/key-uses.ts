import type { KeyUses, VersionUse } from '../../domain/key-use.ts'
import { isVersion } from '../../domain/versioned-key.ts'
import type { Database } from '../database.ts'
import { sql } from '../sql.ts'

/** Counting stops here: with a million secrets, health costs the same as with a hundred. */
const COUNTED_MAX = 100

/** Bounded, because an attacker with write access to D1 could add any number of versions. */
const VERSIONS_MAX = 20

type Row = Pick<VersionUse, 'name' | 'version'> & { n: number }

export function d1KeyUses(db: Database): KeyUses {
  return {
    async count(now) {
      // Jumps from version to version by the index; the condition must match the index's, letter
      // for letter.
      const rows = await db.rows<Row>(sql`WITH RECURSIVE peppers(version) AS (
          SELECT min(pepper_version) FROM portcullis_secrets
          UNION ALL SELECT (SELECT min(s.pepper_version) FROM portcullis_secrets s
            WHERE s.pepper_version > peppers.version) FROM peppers
          WHERE peppers.version IS NOT NULL LIMIT ${VERSIONS_MAX})
        SELECT 'PEPPER' AS name, version, (SELECT count(*) FROM (
          SELECT 1 FROM portcullis_secrets s WHERE s.pepper_version = peppers.version
          AND CASE WHEN retires_at IS NULL THEN expires_at ELSE retires_at END > ${now}
          LIMIT ${COUNTED_MAX + 1})) AS n
        FROM peppers WHERE version IS NOT NULL
        UNION ALL SELECT 'PEPPER', pepper_version, count(*) FROM (
          SELECT pepper_version FROM portcullis_issuers LIMIT ${COUNTED_MAX}) GROUP BY 2
        UNION ALL SELECT * FROM (
          SELECT 'AUDIT_KEY', version, 1 FROM portcullis_seal_versions LIMIT ${VERSIONS_MAX})
        UNION ALL SELECT 'WRAPPING_KEY', substr(wrapped_key, 1, instr(wrapped_key, '.') - 1), 1
          FROM portcullis_audit_tree_key WHERE id = 1`)
      const known = rows.filter(({ version }) => isVersion(version))
      return [...Map.groupBy(known, ({ name, version }) => `${name} ${version}`).values()].map(
        toUse,
      )
    },
  }
}

/** For events, only their existence is known. */
function toUse(rows: Row[]): VersionUse {
  const [{ name, version }, n] = [rows[0] as Row, rows.reduce((sum, row) => sum + row.n, 0)]
  const orMore = name === 'AUDIT_KEY' || n > COUNTED_MAX
  return { name, version, uses: Math.min(n, COUNTED_MAX), orMore }
}
