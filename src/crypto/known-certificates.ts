import type { CertificateReads, KnownCertificate } from '../domain/certificate.ts'
import { sealedCertificate } from '../domain/certificate.ts'
import type { CredentialReads, StoredCertificate } from '../domain/credential.ts'
import type { SecretVerifiers } from '../domain/secret.ts'
import { MINUTE } from '../domain/time.ts'
import { remembered } from '../platform/remembered.ts'

const CLIENTS_MAX = 1000

/**
 * Remembers the certificates of clients for a minute. The memory only says which one to look up: the
 * statement that does finds out whether it is still the client's. A row that was written into the
 * database by somebody else is left out: each proves itself by a keyed hash.
 */
export function knownCertificates(
  { certificatesOf }: Pick<CredentialReads, 'certificatesOf'>,
  verifiers: SecretVerifiers,
): CertificateReads {
  const memory = remembered<KnownCertificate[]>({
    period: MINUTE,
    most: CLIENTS_MAX,
    isFound: (known) => known.length > 0,
  })
  return {
    async of(clientId, now, afresh) {
      const recalled = afresh ? null : memory.recall(clientId, now)
      if (recalled) return { known: recalled.value, isFresh: false }
      const stored = await certificatesOf(clientId)
      const all = await Promise.all(stored.map((one) => proven(verifiers, clientId, one)))
      const known = all.filter((one) => one !== null)
      memory.keep(clientId, known, now)
      return { known, isFresh: true }
    },

    forget: memory.forget,
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
