import type { HashedCredential, HashedRows, NewHash } from '../../domain/keyed-hash.ts'
import type { Verifier } from '../../domain/secret.ts'
import type { Database, Statement } from '../database.ts'
import { sql } from '../sql.ts'

type Row = Omit<HashedCredential, 'verifier'> & Omit<Verifier, 'keyId'>

export function d1HashedRows(db: Database): HashedRows {
  return {
    async credentials(pepperVersion, after, most) {
      // The condition on the kind must match the index's, letter for letter.
      const rows = await db.rows<Row>(sql`SELECT s.id AS position, s.kind, s.client_id AS clientId,
        s.secret_id AS credentialId, s.material, s.digest, s.pepper_version AS pepperVersion
        FROM portcullis_secrets s WHERE kind <> 'secret' AND s.pepper_version = ${pepperVersion}
        AND s.id > ${after} ORDER BY s.id LIMIT ${most}`)
      return rows.map(({ digest, pepperVersion: version, ...rest }) => ({
        ...rest,
        verifier: { keyId: rest.credentialId, digest, pepperVersion: version },
      }))
    },

    async replace(credentials, issuers) {
      await db.batch([credentialsStatement(credentials), issuersStatement(issuers)])
    },
  }
}

function credentialsStatement(hashes: NewHash[]): Statement {
  return sql`UPDATE portcullis_secrets SET digest = h.value ->> 'digest',
    pepper_version = h.value ->> 'pepperVersion' FROM json_each(${json(hashes)}) h
    WHERE secret_id = h.value ->> 'id' AND portcullis_secrets.digest = h.value ->> 'before'`
}

function issuersStatement(hashes: NewHash[]): Statement {
  return sql`UPDATE portcullis_issuers SET digest = h.value ->> 'digest',
    pepper_version = h.value ->> 'pepperVersion' FROM json_each(${json(hashes)}) h
    WHERE issuer_id = h.value ->> 'id' AND portcullis_issuers.digest = h.value ->> 'before'`
}

function json(hashes: NewHash[]): string {
  return JSON.stringify(
    hashes.map(({ id, before, after: { digest, pepperVersion } }) => ({
      id,
      before: before.digest,
      digest,
      pepperVersion,
    })),
  )
}
