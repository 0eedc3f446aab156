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
import { expiryOn } from '../../domain/secret.ts'
import { isoTime, type Seconds } from '../../domain/time.ts'
import {
  type ChangeClientDeps,
  type ClientEvent,
  type ClientRequest,
  changeClient,
} from './change-client.ts'

export type NewCertificate = {
  given: { pem: string } | { by: CertificateName; name: string }
  label?: string | undefined
  /** The last day (UTC), for a name alone: one exact certificate ends as it says itself. */
  expiresOn?: string | undefined
  remind?: boolean | undefined
}

export type CreatedCertificate = { client: Client; certificate: Certificate }

type CreateCertificateDeps = ChangeClientDeps & Pick<Deps, 'verifiers' | 'certificateReader'>

/** Something to recognise, and its own end. */
type Recognised = { material: CertificateMaterial; notAfter: Seconds | null }

const ID_LENGTH = 16

/** Adds a certificate to a client, which from then on may prove itself with it. */
export async function createCertificate(
  deps: CreateCertificateDeps,
  request: ClientRequest,
  input: NewCertificate,
): Promise<CreatedCertificate> {
  const recognised = await recognise(deps, input)
  let made: Certificate | undefined
  const client = await changeClient(deps, request, async (before, now) => {
    refuseUnfit(before.certificates, recognised.material)
    const expiresAt = endOf(recognised, input, now)
    made = await certificateOf(deps, before, recognised.material, {
      label: input.label ?? '',
      createdAt: now,
      createdBy: request.principal.id,
      expiresAt,
      remind: input.remind ?? true,
    })
    return {
      after: changed(before, now, { certificates: [...before.certificates, made] }),
      events: [createdEvent(made)],
    }
  })
  if (!made) throw new Error('a committed certificate was not made')
  return { client, certificate: made }
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
    throw new Refusal('conflict', 'The client has this certificate already.')
  }
  if (known.length < CERTIFICATES_MAX) return
  throw new Refusal(
    'conflict',
    `A client has at most ${CERTIFICATES_MAX} certificates: delete one.`,
  )
}

function endOf({ notAfter }: Recognised, { expiresOn }: NewCertificate, now: Seconds) {
  if (notAfter !== null && notAfter <= now) throw invalidField('pem', 'has expired')
  if (notAfter !== null && expiresOn !== undefined) {
    throw invalidField('expires_on', 'must not be sent beside pem: the certificate has its own end')
  }
  if (expiresOn === undefined) return notAfter
  const expiresAt = expiryOn(expiresOn, now)
  if (typeof expiresAt === 'string') throw invalidField('expires_on', expiresAt)
  return expiresAt
}

type Given = Pick<Certificate, 'label' | 'createdAt' | 'createdBy' | 'expiresAt' | 'remind'>

async function certificateOf(
  deps: Pick<Deps, 'random' | 'verifiers'>,
  { clientId }: Client,
  material: CertificateMaterial,
  given: Given,
): Promise<Certificate> {
  const certificateId = `cert_${deps.random(ID_LENGTH)}`
  const sealed = sealedCertificate(clientId, certificateId, material)
  return {
    certificateId,
    material,
    ...given,
    verifier: await deps.verifiers.make(certificateId, sealed),
    lastUsedAt: null,
    remindedAt: null,
    reminderError: null,
  }
}

function createdEvent({ certificateId, material, expiresAt }: Certificate): ClientEvent {
  return {
    action: 'certificate.created',
    target: { type: 'certificate', id: certificateId },
    changes: {
      [material.by]: { from: null, to: recognisedBy(material) },
      expires_at: { from: null, to: expiresAt === null ? null : isoTime(expiresAt) },
    },
  }
}
