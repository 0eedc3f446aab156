import type { Lasting } from './lasting.ts'
import type { Seconds } from './time.ts'

/**
 * The parts of a certificate by which one that a CA issued is recognised: its subject, or an
 * alternative name (RFC 8705 §2.1.2).
 */
export const CERTIFICATE_NAMES = [
  'subject_dn',
  'san_dns',
  'san_uri',
  'san_ip',
  'san_email',
] as const
export type CertificateName = (typeof CERTIFICATE_NAMES)[number]

/** How a certificate is recognised: exactly one certificate, or all with a name that a CA gave. */
export type CertificateMaterial =
  | { by: 'thumbprint'; thumbprint: string; subject: string }
  | { by: CertificateName; name: string }

/** Recognising a client by its certificate needs these. */
export type KnownCertificate = {
  certificateId: string
  material: CertificateMaterial
  /** Null: never. The end of one exact certificate is its own. */
  expiresAt: Seconds | null
}

/** A certificate of a client: it proves itself in the TLS handshake (RFC 8705 §2). */
export type Certificate = KnownCertificate & Lasting

export const CERTIFICATES_MAX = 10
/** The most bytes that a certificate may have. */
export const CERTIFICATE_BYTES_MAX = 10_240

/**
 * The result of the check where TLS ended. `unknown_ca`: nothing is wrong but that no CA known there
 * issued the certificate.
 */
export type ChainVerdict = 'trusted' | 'unknown_ca' | 'refused'

/** A caller's certificate, in base64 of its DER; empty where it could not be handed on. */
export type PresentedCertificate = { der: string; chain: ChainVerdict }

/** The parts of a certificate that matter here. */
export type ReadCertificate = {
  /** `x5t#S256` (RFC 8705 §3.1). */
  thumbprint: string
  /** Each in its one spelling. */
  names: Record<CertificateName, string[]>
  notBefore: Seconds
  notAfter: Seconds
}

/** Why a presented certificate is refused: for the log alone, the caller is told nothing of it. */
export const CERTIFICATE_FAULTS = [
  'malformed',
  'refused_by_tls',
  'outside_its_dates',
  'unknown_client_or_certificate',
  'expired_certificate',
  'certificate_gone',
] as const
export type CertificateFault = (typeof CERTIFICATE_FAULTS)[number]

/** Whether the certificate is the known one, or has the known name from a CA that is trusted. */
export function isRecognised(
  { material }: Pick<KnownCertificate, 'material'>,
  { thumbprint, names }: ReadCertificate,
  chain: ChainVerdict,
): boolean {
  if (material.by === 'thumbprint') return material.thumbprint === thumbprint
  return chain === 'trusted' && names[material.by].includes(material.name)
}

/** The text by which a certificate is recognised: its thumbprint, or a name. */
export function recognisedBy(material: CertificateMaterial): string {
  return material.by === 'thumbprint' ? material.thumbprint : material.name
}

/** The text whose keyed hash proves that this deployment stored it, and for this client. */
export function sealedCertificate(
  clientId: string,
  certificateId: string,
  material: CertificateMaterial,
): string {
  const shown = material.by === 'thumbprint' ? material.subject : null
  const values = [material.by, recognisedBy(material), shown]
  return JSON.stringify(['certificate', clientId, certificateId, ...values])
}

export interface CertificateReader {
  /** Reads base64 of the DER; null for anything that is not a certificate. */
  read(der: string): Promise<ReadCertificate | null>
  /** Reads a PEM block; returns what is wrong with one that must not be used. */
  readPem(pem: string): Promise<ReadCertificate | string>
  /** The one spelling of a name, or what is wrong with it. */
  readName(by: CertificateName, text: string): { name: string } | { problem: string }
}

/** A client's certificates as they are remembered: the database is asked again for the one used. */
export interface CertificateReads {
  /** Remembered for a while; `afresh` asks the database. */
  of(
    clientId: string,
    now: Seconds,
    afresh?: 'afresh',
  ): Promise<{ known: KnownCertificate[]; isFresh: boolean }>
  /** Called where a remembered one turned out to be gone. */
  forget(clientId: string): void
}
