import { mtlsIssuer } from '../domain/mtls-host.ts'
import { isLoopback } from '../platform/loopback.ts'

/** Limits on the URLs that are fetched because others named them. */
export type UrlRules = {
  /** Our own: a request to ourselves would never end, or pass as one from inside. */
  issuer: string
  /** Our other host, at which clients show certificates; null if there is none. */
  mtlsHost: string | null
  /** Lets http on this machine through, for development and tests. */
  allowsLocalhost: boolean
}

const OUTBOUND_URL_MAX = 1000

/** Names for a machine or a network of one's own (RFC 6761, RFC 6762, RFC 8375, ICANN's reserved). */
const PRIVATE_DOMAINS =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa)$/

/**
 * Returns what is wrong with a URL that others chose, or null: only a public name may be asked, by
 * https on its own port. It is judged as `new URL` spells it, because that is what is fetched:
 * `0x7f.1` and `2130706433` are 127.0.0.1.
 */
export function outboundUrlProblem(text: string, rules: UrlRules): string | null {
  if (text.length > OUTBOUND_URL_MAX) return `must have at most ${OUTBOUND_URL_MAX} characters`
  // `new URL` drops or replaces these; they could only disguise where a request goes.
  if (/[^\x21-\x7e]|\\/.test(text))
    return 'must have no spaces, backslashes or characters beyond ASCII'
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url) return 'must be an absolute URL'
  if (url.username !== '' || url.password !== '') return 'must have no user and no password'
  if (text.includes('#')) return 'must have no fragment'
  if (rules.allowsLocalhost && url.protocol === 'http:' && isLoopback(url.hostname)) {
    return url.host === new URL(rules.issuer).host ? OWN : null
  }
  if (url.protocol !== 'https:') return 'must be an https URL'
  if (url.port !== '') return 'must have no port: it is 443'
  return hostProblem(url.hostname) ?? (isOwn(url, rules) ? OWN : null)
}

const OWN = 'must not be on the host of this server'

function hostProblem(hostname: string): string | null {
  if (hostname.startsWith('[') || /^[\d.]+$/.test(hostname)) {
    return 'must have a name as its host, not an IP address'
  }
  const labels = hostname.split('.')
  if (labels.includes('')) return 'must have a host without empty labels and without a final dot'
  if (labels.length < 2 || PRIVATE_DOMAINS.test(hostname))
    return 'must have a public name as its host'
  return null
}

/** Whatever the port: the host is the same machine. */
function isOwn({ hostname }: URL, { issuer, mtlsHost }: UrlRules): boolean {
  return [issuer, mtlsIssuer(issuer, mtlsHost)].some((own) => hostname === new URL(own).hostname)
}
