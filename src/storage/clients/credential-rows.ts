import type { Certificate, CertificateMaterial } from '../../domain/certificate.ts'
import type { Client } from '../../domain/client.ts'
import type { CredentialKind } from '../../domain/credential.ts'
import type { KeyMaterial, PublicKey } from '../../domain/public-key.ts'
import type { Secret, Verifier } from '../../domain/secret.ts'
import type { Seconds } from '../../domain/time.ts'
import { NEVER, orNever } from './never.ts'

/** A credential of any kind as its row has it. */
export type StoredCredential = Verifier & {
  secretId: string
  kind: CredentialKind
  hint: string
  label: string
  material: string | null
  createdAt: Seconds
  createdBy: string | null
  expiresAt: Seconds
  retiresAt: Seconds | null
  lastUsedAt: Seconds | null
  remind: number
  remindedAt: Seconds | null
  reminderError: string | null
}

type Held = Pick<Client, 'secrets' | 'publicKeys' | 'certificates'>

export function toCredentials(rows: StoredCredential[]): Held {
  return {
    secrets: rows.filter(({ kind }) => kind === 'secret').map(toSecret),
    publicKeys: rows.filter(({ kind }) => kind === 'public_key').map(toPublicKey),
    certificates: rows.filter(({ kind }) => kind === 'certificate').map(toCertificate),
  }
}

/** Without reminderError, which is kept with the reminders. */
export function fromCredentials({
  secrets,
  publicKeys,
  certificates,
}: Held): Omit<StoredCredential, 'reminderError'>[] {
  return [
    ...secrets.map(fromSecret),
    ...publicKeys.map(fromPublicKey),
    ...certificates.map(fromCertificate),
  ]
}

function toSecret(row: StoredCredential): Secret {
  const { kind: _known, material: _none, keyId, digest, pepperVersion, remind, ...rest } = row
  return { ...rest, remind: remind === 1, verifier: { keyId, digest, pepperVersion } }
}

function fromSecret({ verifier, remind, reminderError: _elsewhere, ...rest }: Secret) {
  return { ...rest, ...verifier, remind: Number(remind), kind: 'secret' as const, material: null }
}

function toPublicKey(row: StoredCredential): PublicKey {
  const material = JSON.parse(row.material ?? '{}') as KeyMaterial
  return { ...material, keyId: row.keyId, ...toCommon(row) }
}

function fromPublicKey(key: PublicKey) {
  const { kid, algorithm, jwk, thumbprint, replay } = key
  const material = { kid, algorithm, jwk, thumbprint, replay } satisfies KeyMaterial
  return { ...fromCommon(key), secretId: key.keyId, kind: 'public_key' as const, ...json(material) }
}

function toCertificate(row: StoredCredential): Certificate {
  const material = JSON.parse(row.material ?? '{}') as CertificateMaterial
  return { certificateId: row.keyId, material, ...toCommon(row) }
}

function fromCertificate({ certificateId, material, ...rest }: Certificate) {
  const kind = 'certificate' as const
  return { ...fromCommon(rest), secretId: certificateId, kind, ...json(material) }
}

const json = (material: KeyMaterial | CertificateMaterial) => ({
  material: JSON.stringify(material),
})

/** The fields that all kinds but secrets share. */
type Common = Omit<Certificate, 'certificateId' | 'material'>

function toCommon(row: StoredCredential): Common {
  const { keyId, digest, pepperVersion, label, createdAt, createdBy, lastUsedAt } = row
  return {
    verifier: { keyId, digest, pepperVersion },
    label,
    createdAt,
    createdBy: createdBy ?? '',
    expiresAt: orNever(row.expiresAt),
    lastUsedAt,
    remind: row.remind === 1,
    remindedAt: row.remindedAt,
    reminderError: row.reminderError,
  }
}

function fromCommon({ verifier, label, createdAt, createdBy, lastUsedAt, ...rest }: Common) {
  return {
    ...verifier,
    hint: '',
    label,
    createdAt,
    createdBy,
    expiresAt: rest.expiresAt ?? NEVER,
    retiresAt: null,
    lastUsedAt,
    remind: Number(rest.remind),
    remindedAt: rest.remindedAt,
  }
}
