import { base64urlOfHex, bytesFromBase64 } from '../platform/base64.ts'
import { certificatesIn } from '../platform/certificate-text.ts'
import { sha256 } from '../platform/sha256.ts'

/**
 * The certificate of a client: DER, or as text PEM, also percent-encoded as nginx writes it, the header
 * `Client-Cert` of RFC 9440 (`:base64:`), or its SHA-256 fingerprint in hex. Of several PEM blocks the
 * first counts. Empty or absent where there is none.
 */
export type ClientCertificate = Uint8Array | string | null | undefined

type Cloudflare = {
  cf?: { tlsClientAuth?: { certRFC9440?: string; certFingerprintSHA256?: string } | null }
}

const FINGERPRINT = /^[\da-f]{64}$/i

/** As a Worker has it, from the TLS connection that Cloudflare ended. */
export function cloudflareCertificate(request: object): ClientCertificate {
  const { certRFC9440, certFingerprintSHA256 } = (request as Cloudflare).cf?.tlsClientAuth ?? {}
  // Too large for the first, a certificate has the second still.
  return certRFC9440 || certFingerprintSHA256
}

/** The thumbprint as in `x5t#S256` (RFC 8705 §3.1); null if there is no certificate. */
export async function thumbprintOf(certificate: ClientCertificate): Promise<string | null> {
  if (!certificate) return null
  if (typeof certificate !== 'string') return sha256(certificate)
  const hex = certificate.replaceAll(':', '')
  if (FINGERPRINT.test(hex)) return base64urlOfHex(hex)
  const [base64] = certificatesIn(certificate)
  const der = base64 === undefined ? null : bytesFromBase64(base64)
  return der && sha256(der)
}
