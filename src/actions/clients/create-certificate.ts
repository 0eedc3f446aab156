import {
  CERTIFICATES_MAX,
  type Certificate,
  type CertificateMaterial,
  type CertificateName,
  recognisedBy,
  sealedCertificate,
} from '../../domain/certificate.ts'
import { type Client, changed } from '../../domain/client.ts'
import type { Deps } from '../../domain/deps.ts'
import { invalidField, Refusal } from '../../domain/errors.ts'
import { requireAllowed } from '../../domain/policy.ts'
import type { Seconds } from '../../domain/time.ts'
import { newId } from '../../domain/ids.ts'
import type { ChangeClientDeps, ClientEvent, ClientRequest } from './change-client.ts'
import { changeClientMaking } from './change-client-making.ts'
import { lastingFrom, madeOf, type NewCredential } from './new-credential.ts'

/** `expiresOn` is for a name alone: one exact certificate ends as it says itself. */
export type NewCertificate = NewCredential & {
  given: { pem: string } | { by: CertificateName; name: string }
}

export type CreatedCertificate = { client: Client; certificate: Certificate }

type CreateCertificateDeps = ChangeClientDeps &
  Pick<Deps, 'verifiers' | 'certificateReader' | 'policy'>

/** Something to recognise, and its own end. */
type Recognised = { material: CertificateMaterial; notAfter: Seconds | null }

/** Adds a certificate to a client, which from then on may prove itself with it. */
export async function createCertificate(
  deps: CreateCertificateDeps,
  request: ClientRequest,
  input: NewCertificate,
): Promise<CreatedCertificate> {
  const recognised = await recognise(deps, input)
  const { client, product } = await changeClientMaking(deps, request, async (before, now) => {
    requireAllowed(deps.policy, 'certificate')
    refuseUnfit(before.certificates, recognised.material)
    refuseEnd(recognised, input, now)
    const made = await certificateOf(
      deps,
      before,
      recognised,
      { ...input, createdBy: request.principal.id },
      now,
    )
    return {
      after: changed(before, now, { certificates: [...before.certificates, made] }),
      events: [createdEvent(made)],
      product: made,
    }
  })
  return { client, certificate: product }
}

async function recognise(
  { certificateReader }: Pick<Deps, 'certificateReader'>,
  { given }: NewCertificate,
): Promise<Recognised> {
  if ('by' in given) {
    const read = certificateReader.readName(given.by, given.name)
    if ('problem' in read) throw invalidField(given.by, read.problem)
    return { material: { by: given.by, name: read.name }, notAfter: null }
  }
  const read = await certificateReader.readPem(given.pem)
  if (typeof read === 'string') throw invalidField('pem', read)
  const { thumbprint, names, notAfter } = read
  const subject = names.subject_dn[0] ?? ''
  return { material: { by: 'thumbprint', thumbprint, subject }, notAfter }
}

function refuseUnfit(known: Certificate[], material: CertificateMaterial): void {
  const isSame = ({ material: other }: Certificate) =>
    other.by === material.by && recognisedBy(other) === recognisedBy(material)
  if (known.some(isSame)) {
    throw new Refusal('conflict', 'The client already has this certificate.')
  }
  if (known.length < CERTIFICATES_MAX) return
  throw new Refusal(
    'conflict',
    `A client has at most ${CERTIFICATES_MAX} certificates: delete one.`,
  )
}

function refuseEnd({ notAfter }: Recognised, { expiresOn }: NewCertificate, now: Seconds): void {
  if (notAfter === null) return
  if (notAfter <= now) throw invalidField('pem', 'has expired')
  if (expiresOn === undefined) return
  throw invalidField('expires_on', 'must not be sent beside pem: the certificate has its own end')
}

async function certificateOf(
  deps: Pick<Deps, 'random' | 'verifiers'>,
  { clientId }: Client,
  { material, notAfter }: Recognised,
  input: NewCertificate & { createdBy: string },
  now: Seconds,
): Promise<Certificate> {
  const certificateId = newId('cert', deps.random)
  const sealed = sealedCertificate(clientId, certificateId, material)
  const lasting = lastingFrom(input, input.createdBy, now)
  return {
    certificateId,
    material,
    verifier: await deps.verifiers.make(certificateId, sealed),
    ...lasting,
    expiresAt: notAfter ?? lasting.expiresAt,
  }
}

function createdEvent(certificate: Certificate): ClientEvent {
  const { certificateId, material } = certificate
  return {
    action: 'certificate.created',
    target: { type: 'certificate', id: certificateId },
    changes: madeOf({ [material.by]: recognisedBy(material) }, certificate),
  }
}
