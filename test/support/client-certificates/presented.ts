import { CERTIFICATES } from './made.ts'

export type CertificateOf = keyof typeof CERTIFICATES

export const derOf = (name: CertificateOf) => CERTIFICATES[name].der

export function pemOf(name: CertificateOf): string {
  const lines = derOf(name).match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

/** The properties of a request whose TLS connection has this certificate. */
export function tlsOf(der: string, verified = 'SUCCESS', fields: object = {}) {
  return {
    tlsClientAuth: {
      certPresented: '1',
      certVerified: verified,
      certRevoked: '0',
      certRFC9440: `:${der}:`,
      certRFC9440TooLarge: false,
      ...fields,
    },
  }
}

export const SELF_SIGNED = 'FAILED:self signed certificate'
