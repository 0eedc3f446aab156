import type { CertificateName } from '../domain/certificate.ts'
import {
  asciiIn,
  contentOf,
  type Der,
  NotDer,
  OCTET_STRING,
  readDer,
  SEQUENCE,
  valuesIn,
} from './der.ts'
import { readName } from './distinguished-name.ts'

/** The alternative names that can be registered (RFC 5280 §4.2.1.6), by their tags. */
const KINDS: Record<number, Exclude<CertificateName, 'subject_dn'>> = {
  129: 'san_email',
  130: 'san_dns',
  134: 'san_uri',
  135: 'san_ip',
}

type Names = Record<Exclude<CertificateName, 'subject_dn'>, string[]>

/** All names of an extension's value; those of other kinds are left out. */
export function alternativeNamesIn(value: Der | undefined): Names {
  const names: Names = { san_dns: [], san_uri: [], san_ip: [], san_email: [] }
  if (!value) return names
  for (const { tag, content } of valuesIn(readDer(contentOf(value, OCTET_STRING)), SEQUENCE)) {
    const kind = KINDS[tag]
    if (kind) names[kind].push(kind === 'san_ip' ? addressOf(content) : spelt(kind, content))
  }
  return names
}

function spelt(kind: 'san_dns' | 'san_uri' | 'san_email', content: Uint8Array): string {
  const text = asciiIn(content)
  if (text === null) throw new NotDer('a name that is not ASCII')
  if (kind === 'san_uri') return text
  return kind === 'san_dns' ? text.toLowerCase() : withPlainDomain(text)
}

/** RFC 5280 §7.5: the part before the @ is compared letter for letter. */
function withPlainDomain(address: string): string {
  const at = address.lastIndexOf('@')
  return address.slice(0, at + 1) + address.slice(at + 1).toLowerCase()
}

/** Four or sixteen bytes, in the one spelling that URLs have, too. */
function addressOf(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.length !== 16) throw new NotDer('not an address')
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0)).toString(16),
  )
  return compressed(groups.join(':'))
}

function compressed(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1)
}

const DNS_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i
const URI = /^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/i
const EMAIL = /^[\x21-\x3f\x41-\x7e]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

/** The one spelling of each kind of name, or null. */
const READERS: Record<CertificateName, (text: string) => string | null> = {
  subject_dn: readName,
  san_dns: (text) => (DNS_NAME.test(text) ? text.toLowerCase() : null),
  san_uri: (text) => (URI.test(text) ? text : null),
  san_ip: (text) => (IPV4.test(text) ? text : readIpv6(text)),
  san_email: (text) => (EMAIL.test(text) ? withPlainDomain(text) : null),
}

const EXPECTED: Record<CertificateName, string> = {
  subject_dn:
    'must be a distinguished name as RFC 4514 writes it, such as CN=client-1,O=Example (openssl x509 -noout -subject -nameopt RFC2253)',
  san_dns: 'must be a DNS name such as client.example.com, without *',
  san_uri: 'must be an absolute URI such as spiffe://example.com/client',
  san_ip: 'must be an IPv4 or IPv6 address',
  san_email: 'must be an address such as client@example.com',
}

export function readCertificateName(
  by: CertificateName,
  text: string,
): { name: string } | { problem: string } {
  const name = READERS[by](text)
  return name === null ? { problem: EXPECTED[by] } : { name }
}

function readIpv6(text: string): string | null {
  return /^[0-9a-f:]+(?:\d+(?:\.\d+){3})?$/i.test(text) && URL.canParse(`http://[${text}]`)
    ? compressed(text)
    : null
}
