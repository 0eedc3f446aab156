import {
  type CertificateFault,
  isRecognised,
  type KnownCertificate,
  type PresentedCertificate,
  type ReadCertificate,
} from '../../domain/certificate.ts'
import type { Client } from '../../domain/client.ts'
import { Refusal } from '../../domain/errors.ts'
import { isUnexpired } from '../../domain/lasting.ts'
import type { Seconds } from '../../domain/time.ts'
import type { AuthenticationDeps, AuthenticationMethod, Failure } from './authentication-method.ts'
import { cutOff, noteLastingUse } from './lasting-use.ts'

/** One text for every fault: which check failed would help a forger. */
const DESCRIPTION = 'The client certificate is not valid for this client_id.'

/**
 * A certificate whose private key the caller has proven to have in the TLS handshake (RFC 8705 §2).
 * Which of the client's certificates it is must be known before the one statement, which finds out
 * whether the client still has it.
 */
export const certificateMethod: AuthenticationMethod<'certificate'> = {
  async examine(deps, { clientId, certificate }, now) {
    const found = await recognise(deps, clientId, certificate, now)
    if ('fault' in found) {
      await deps.keyChecks.confirm()
      return { fault: failureOf(found.fault) }
    }
    const lookup = { keyId: found.certificateId, spend: null }
    return { lookup, counted: certificate.der, meetsFapi: true }
  },

  forget: ({ certificates }, { clientId }) => certificates.forget(clientId),

  // `examine` has proved it for the certificate that was found.
  proves: async (_deps, _presented, credential) => credential !== null,

  failure: failureOf('certificate_gone'),

  requireLive({ certificate }, now) {
    if (isUnexpired(certificate, now)) return
    throw new Refusal('invalid_client', DESCRIPTION, { why: 'expired_certificate' })
  },

  noteUse(deps, _presented, { certificate: { certificateId, lastUsedAt } }, now) {
    noteLastingUse(deps, certificateId, lastUsedAt, now)
  },

  requireStillUsable: (client, { certificate }, now) =>
    requireUsableCertificate(client, certificate.certificateId, now),
}

type Found = KnownCertificate | { fault: CertificateFault }

/** Judges the certificate by itself, then asks which of the client's it is. */
async function recognise(
  deps: AuthenticationDeps,
  clientId: string,
  { der, chain }: PresentedCertificate,
  now: Seconds,
): Promise<Found> {
  if (chain === 'refused') return { fault: 'refused_by_tls' }
  const read = await deps.certificateReader.read(der)
  if (!read) return { fault: 'malformed' }
  if (now < read.notBefore || read.notAfter < now) return { fault: 'outside_its_dates' }
  const remembered = await deps.certificates.of(clientId, now)
  const first = pick(remembered.known, read, chain, now)
  if (!('fault' in first) || remembered.isFresh) return first
  // One that was added in the meantime is not remembered yet.
  const { known } = await deps.certificates.of(clientId, now, 'afresh')
  return pick(known, read, chain, now)
}

function pick(
  known: KnownCertificate[],
  read: ReadCertificate,
  chain: PresentedCertificate['chain'],
  now: Seconds,
): Found {
  const fitting = known.filter((one) => isRecognised(one, read, chain))
  const live = fitting.find((one) => isUnexpired(one, now))
  if (live) return live
  return { fault: fitting.length > 0 ? 'expired_certificate' : 'unknown_client_or_certificate' }
}

function failureOf(detail: CertificateFault): Failure {
  const why = detail === 'expired_certificate' ? detail : undefined
  return { description: DESCRIPTION, reason: 'wrong_certificate', detail, why }
}

/** @throws Refusal where the client or the certificate was cut off */
function requireUsableCertificate(client: Client, certificateId: string, now: Seconds): void {
  const used = client.certificates.find((one) => one.certificateId === certificateId)
  if (used && !client.suspension && isUnexpired(used, now)) return
  throw cutOff('certificate')
}
