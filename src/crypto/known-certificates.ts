import type { CertificateReads, KnownCertificate } from '../domain/certificate.ts'
import { sealedCertificate } from '../domain/certificate.ts'
import type { CredentialReads, StoredCertificate } from '../domain/credential.ts'
import type { SecretVerifiers } from '../domain/secret.ts'
import { MINUTE, type Seconds } from '../domain/time.ts'
import { boundedMap } from '../platform/bounded-map.ts'

const CLIENTS_MAX = 1000

type Entry = { known: KnownCertificate[]; readAt: Seconds }

/**
 * Remembers the certificates of clients for a minute. The memory only says which one to look up: the
 * statement that does finds out whether it is still the client's. A row that was written into the
 * database by somebody else is left out: each proves itself by a keyed hash.
 */
export function knownCertificates(
  { certificatesOf }: Pick<CredentialReads, 'certificatesOf'>,
  verifiers: SecretVerifiers,
): CertificateReads {
  const remembered = boundedMap<Entry>(CLIENTS_MAX)
  return {
    async of(clientId, now, afresh) {
      const entry = remembered.get(clientId)
      if (entry && !afresh && entry.readAt <= now && now < entry.readAt + MINUTE) {
        return { known: entry.known, isFresh: false }
      }
      const stored = await certificatesOf(clientId)
      const all = await Promise.all(stored.map((one) => proven(verifiers, clientId, one)))
      const known = all.filter((one) => one !== null)
      // Names that are made up must not push out those of clients.
      if (entry || known.length > 0) remembered.set(clientId, { known, readAt: now })
      return { known, isFresh: true }
    },

    forget: (clientId) => remembered.delete(clientId),
  }
}

async function proven(
  verifiers: SecretVerifiers,
  clientId: string,
  { verifier, ...certificate }: StoredCertificate,
): Promise<KnownCertificate | null> {
  const { certificateId, material } = certificate
  const text = sealedCertificate(clientId, certificateId, material)
  return (await verifiers.matches(text, verifier)) ? certificate : null
}
