import type { ChainVerdict, PresentedCertificate } from '../../../domain/certificate.ts'
import type { Deps } from '../../../domain/deps.ts'
import { certificatesIn } from '../../../platform/certificate-text.ts'

type Sources = Pick<Deps, 'mtlsHost' | 'provesProxy'>

/** Headers of the proxy in front, which deletes those that its callers sent. */
const PROXY_SECRET = 'client-cert-proxy-secret'
/** RFC 9440 §2.1, or the percent-encoded PEM of nginx. */
const CERTIFICATE = 'client-cert'
/** `SUCCESS` or `FAILED:` and why, as nginx and Cloudflare say it. */
const VERIFIED = 'client-cert-verified'

const TEXT_MAX = 20_000

/**
 * The certificate that the caller presented to Cloudflare, or to the proxy in front; null if it
 * presented none, or if no one who is believed says so.
 */
export async function presentedCertificate(
  request: Request,
  { mtlsHost, provesProxy }: Sources,
): Promise<PresentedCertificate | null> {
  const secret = request.headers.get(PROXY_SECRET)
  // Behind the proxy, the certificate that Cloudflare sees is the proxy's own.
  if (provesProxy && secret !== null && (await provesProxy(secret))) return toldByProxy(request)
  return mtlsHost !== null && new URL(request.url).host === mtlsHost ? toldByEdge(request) : null
}

function toldByProxy({ headers }: Request): PresentedCertificate | null {
  const certificate = headers.get(CERTIFICATE)
  if (certificate === null || certificate === '') return null
  return { der: derIn(certificate), chain: verdictOf(headers.get(VERIFIED) ?? '') }
}

/** `cf` is not a header, so no caller can send it. */
function toldByEdge({ cf }: Request): PresentedCertificate | null {
  const tls = cf?.['tlsClientAuth'] as Partial<IncomingRequestCfPropertiesTLSClientAuth> | undefined
  if (tls?.certPresented !== '1') return null
  // A certificate that was revoked may be verified all the same.
  const chain = tls.certRevoked === '0' ? verdictOf(tls.certVerified ?? '') : 'refused'
  return { der: derIn(tls.certRFC9440 ?? ''), chain }
}

/** The reasons are OpenSSL's, in both spellings that it has had. */
const NO_KNOWN_CA =
  /^FAILED:(?:self[ -]signed certificate|unable to get local issuer certificate|unable to verify the first certificate)/

function verdictOf(verified: string): ChainVerdict {
  if (verified === 'SUCCESS') return 'trusted'
  return NO_KNOWN_CA.test(verified) ? 'unknown_ca' : 'refused'
}

/** One certificate in base64; empty for anything else, as for two of them, or PEM that is not escaped. */
function derIn(text: string): string {
  if (text.length > TEXT_MAX || /\s/.test(text)) return ''
  const [only, another] = certificatesIn(text)
  return another === undefined ? (only ?? '') : ''
}
