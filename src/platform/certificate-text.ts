import { pemBlocks } from './pem.ts'

/** Colons around base64, as structured fields write bytes (RFC 8941 §3.3.5). */
const RFC9440 = /^:([A-Za-z0-9+/]+={0,2}):$/

/**
 * The certificate of a client in the text by which a proxy or a runtime tells of it, as base64 of its
 * DER: the header `Client-Cert` (RFC 9440 §2.1), or PEM, as it is or percent-encoded. In PEM those of
 * its chain may follow. None for anything else: a second value, behind a comma, would mean that the
 * header of a caller got through beside the proxy's.
 */
export function certificatesIn(text: string): string[] {
  const [, base64] = RFC9440.exec(text) ?? []
  return base64 === undefined ? (pemBlocks(unescaped(text), 'CERTIFICATE') ?? []) : [base64]
}

/** PEM itself has no percent sign. A text whose escapes are wrong stays as it is, and is refused. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}
