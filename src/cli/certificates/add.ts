import { CERTIFICATE_NAMES, type CertificateName } from '../../domain/certificate.ts'
import { openAdmin } from '../admin.ts'
import type { CertificateBody } from '../api-types.ts'
import { clientArgument } from '../clients/client-argument.ts'
import { sendOnce } from '../clients/send-once.ts'
import { dayInWords } from '../clients/words.ts'
import { action } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { withClient } from '../find-client.ts'
import { printFields } from '../table.ts'
import { note, printJson } from '../terminal.ts'
import { readText } from '../text-file.ts'
import { readCertificate } from './certificate-text.ts'

const args = {
  ...clientArgument,
  file: {
    type: 'positional',
    description: 'A file with one exact certificate as PEM, or - for standard input; or a name:',
  },
  subjectDn: { type: 'string', valueHint: 'NAME', description: 'The whole subject, as RFC 4514' },
  sanDns: { type: 'string', valueHint: 'NAME', description: 'A DNS name' },
  sanUri: { type: 'string', valueHint: 'URI', description: 'A URI, such as a SPIFFE ID' },
  sanIp: { type: 'string', valueHint: 'ADDRESS', description: 'An IP address' },
  sanEmail: { type: 'string', valueHint: 'ADDRESS', description: 'An email address' },
  label: { type: 'string', valueHint: 'TEXT', description: 'Where its private key is kept' },
  expiresOn: {
    type: 'string',
    valueHint: 'YYYY-MM-DD',
    description: 'The last day of a name; without it, it never expires',
  },
} as const

export const add = action('add', 'Give a client a certificate', args, async (values) => {
  const { client, file, label, expiresOn, json, ...given } = values
  const names = namesIn(given)
  requireOne(file, names, expiresOn)
  const pem = file === undefined ? undefined : readCertificate(await readText(file))
  const admin = await openAdmin()
  const wanted = { pem, ...Object.fromEntries(names), label, expires_on: expiresOn }
  await withClient(admin, client, async (id) => {
    const { body } = await sendOnce(admin, `/clients/${id}/certificates`, wanted, inDoubt(id))
    if (json) printJson(body)
    else printAdded(id, body as CertificateBody)
  })
})

type Names = Record<'subjectDn' | 'sanDns' | 'sanUri' | 'sanIp' | 'sanEmail', string | undefined>

/** The names that were given, by their fields of the admin API. */
function namesIn({ subjectDn, sanDns, sanUri, sanIp, sanEmail }: Names) {
  const all: Record<CertificateName, string | undefined> = {
    subject_dn: subjectDn,
    san_dns: sanDns,
    san_uri: sanUri,
    san_ip: sanIp,
    san_email: sanEmail,
  }
  return CERTIFICATE_NAMES.flatMap((field) => {
    const name = all[field]
    return name === undefined ? [] : [[field, name] as const]
  })
}

function requireOne(
  file: string | undefined,
  names: (readonly [CertificateName, string])[],
  expiresOn: string | undefined,
): void {
  if (names.length + (file === undefined ? 0 : 1) !== 1) {
    const flags = CERTIFICATE_NAMES.map((field) => `--${field.replace('_', '-')}`)
    throw usageFailure(`Give either a FILE with the certificate or one of ${flags.join(', ')}.`)
  }
  if (file === undefined || expiresOn === undefined) return
  throw usageFailure('--expires-on is for a name: an exact certificate has its own end.')
}

function inDoubt(id: string): string {
  return `${id} may have it anyway. This lists its certificates:\n  portcullis certificates list ${id}`
}

function printAdded(id: string, { certificate_id: one, expires_at: end }: CertificateBody): void {
  const until = end === null ? '' : `, until ${dayInWords(end)}`
  note(`${id} has a new certificate${until}.`)
  printFields([['certificate_id', one]])
}
