import type { StoredCertificate } from '../../domain/credential.ts'
import type { Seconds } from '../../domain/time.ts'
import { answered } from '../answered.ts'
import { orNever } from './never.ts'

const CERTIFICATES_OF = `SELECT s.secret_id AS certificateId, s.material, s.digest,
  s.pepper_version AS pepperVersion, s.expires_at AS expiresAt
  FROM portcullis_secrets s WHERE s.client_id = ?1 AND s.kind = 'certificate' ORDER BY s.id`

type Row = {
  certificateId: string
  material: string
  digest: string
  pepperVersion: string
  expiresAt: Seconds
}

export async function readCertificates(
  d1: D1Database,
  clientId: string,
): Promise<StoredCertificate[]> {
  const ask = () => d1.prepare(CERTIFICATES_OF).bind(clientId).all<Row>()
  const { results } = await answered('d1', ask)
  return results.map(toStored)
}

function toStored(row: Row): StoredCertificate {
  const { certificateId, material, digest, pepperVersion, expiresAt } = row
  return {
    certificateId,
    material: JSON.parse(material) as StoredCertificate['material'],
    verifier: { keyId: certificateId, digest, pepperVersion },
    expiresAt: orNever(expiresAt),
  }
}
