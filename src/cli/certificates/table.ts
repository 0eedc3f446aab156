import { CERTIFICATE_NAMES } from '../../domain/certificate.ts'
import type { CertificateBody } from '../api-types.ts'
import { dayInWords } from '../clients/words.ts'
import { printTable } from '../table.ts'

const HEAD = ['CERTIFICATE', 'RECOGNISED BY', 'LABEL', 'EXPIRES', 'LAST USED']

export function printCertificates(certificates: CertificateBody[]): void {
  printTable(HEAD, certificates.map(rowOf), HEAD.indexOf('RECOGNISED BY'))
}

function rowOf(certificate: CertificateBody): string[] {
  const { certificate_id: id, label, expires_at: end, last_used_at: lastUsed } = certificate
  const expiry = end === null ? 'never' : dayInWords(end)
  return [id, recognisedBy(certificate), label, expiry, lastUsed ?? 'never']
}

/** A name by its field of the admin API; one exact certificate by its subject, if it has one. */
function recognisedBy(certificate: CertificateBody): string {
  const field = CERTIFICATE_NAMES.find((name) => certificate[name] !== undefined)
  if (field !== undefined) return `${field}=${certificate[field]}`
  const { subject = '', thumbprint = '' } = certificate
  return subject === '' ? `exactly ${thumbprint}` : `exactly ${subject}`
}
