import type { Issuers, IssuerTrust, TrustedIssuer } from '../../domain/federation.ts'
import type { Write } from '../../domain/ledger.ts'
import { type Database, oneRow, type Statement } from '../database.ts'
import { type SQL, sql } from '../sql.ts'
import { columns, deleteFrom, insertInto, type StoredRow, update } from '../statements.ts'

const COLUMNS = [
  ...(['issuerId', 'name', 'trust', 'digest', 'pepperVersion', 'createdAt'] as const),
  ...(['createdBy', 'updatedAt', 'version'] as const),
]

type Row = StoredRow<'issuers', (typeof COLUMNS)[number]>

export function d1Issuers(db: Database): Issuers {
  const read = async (where: SQL) => {
    const rows = await db.rows<Row>(
      sql`SELECT ${columns<'issuers'>('i', COLUMNS)} FROM portcullis_issuers i WHERE ${where} ORDER BY i.id`,
    )
    return rows.map(toIssuer)
  }
  return {
    list: () => read(sql`true`),
    find: async (issuerId) => (await read(sql`i.issuer_id = ${issuerId}`))[0] ?? null,
    async rules(issuerId) {
      const { n } = await oneRow<{ n: number }>(
        db,
        sql`SELECT count(*) AS n FROM portcullis_secrets
        WHERE kind = 'federated_credential' AND material ->> 'issuerId' = ${issuerId}`,
      )
      return n
    },
  }
}

function toIssuer({ trust, digest, pepperVersion, ...rest }: Row): TrustedIssuer {
  return {
    ...rest,
    ...(JSON.parse(trust) as IssuerTrust),
    verifier: { keyId: rest.issuerId, digest, pepperVersion },
  }
}

export function issuerStatements({ before, after }: Write & { kind: 'issuer' }): Statement[] {
  if (!after) return [deleteFrom('issuers', { issuerId: before.issuerId })]
  const { issuerId, issuer, name, createdAt, createdBy, updatedAt, version, verifier } = after
  const { digest, pepperVersion } = verifier
  const changing = {
    issuer,
    name,
    trust: trustOf(after),
    digest,
    pepperVersion,
    updatedAt,
    version,
  }
  return [
    before
      ? update('issuers', { issuerId }, changing)
      : insertInto('issuers', { issuerId, createdAt, createdBy, ...changing }),
  ]
}

function trustOf({
  issuer,
  preset,
  keys,
  algorithms,
  audiences,
  maxLifetime,
  checkJti,
}: TrustedIssuer): string {
  const trust = { issuer, preset, keys, algorithms, audiences, maxLifetime, checkJti }
  return JSON.stringify(trust satisfies IssuerTrust)
}
