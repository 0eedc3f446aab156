import type { ClientRule, RuleQuery, RuleTerms } from '../../domain/federation.ts'
import type { Verifier } from '../../domain/secret.ts'
import type { Seconds } from '../../domain/time.ts'
import { orNever } from '../clients/never.ts'
import type { Database } from '../database.ts'
import { sql } from '../sql.ts'

type Row = Verifier & { clientId: string; material: string; expiresAt: Seconds }

/** Rules with the hashes that prove them: all of a client, or all for one subject of an issuer. */
export function d1Rules(db: Database) {
  return async (of: RuleQuery): Promise<(ClientRule & { verifier: Verifier })[]> => {
    const where =
      'clientId' in of
        ? sql`s.client_id = ${of.clientId}`
        : sql`s.material ->> 'issuerId' = ${of.issuerId} AND s.material ->> 'subject' = ${of.subject}`
    const rows = await db.rows<Row>(sql`SELECT s.client_id AS clientId, s.key_id AS keyId, s.digest,
      s.pepper_version AS pepperVersion, s.material, s.expires_at AS expiresAt
      FROM portcullis_secrets s WHERE s.kind = 'federated_credential' AND ${where} ORDER BY s.id LIMIT ${RULES_MAX}`)
    return rows.map(toRule)
  }
}

/** More than a client may have, and than a subject should stand for. */
const RULES_MAX = 50

function toRule({ clientId, keyId, digest, pepperVersion, material, expiresAt }: Row) {
  return {
    ...(JSON.parse(material) as RuleTerms),
    clientId,
    credentialId: keyId,
    expiresAt: orNever(expiresAt),
    verifier: { keyId, digest, pepperVersion },
  }
}
