import type { Certificate, CertificateMaterial } from '../../domain/certificate.ts'
import type { Client } from '../../domain/client.ts'
import type { StoredKind } from '../../domain/credential.ts'
import type { FederatedCredential, RuleTerms } from '../../domain/federation.ts'
import type { PublishedKeys } from '../../domain/jwks-uri.ts'
import type { Lasting } from '../../domain/lasting.ts'
import type { KeyMaterial, PublicKey } from '../../domain/public-key.ts'
import type { Secret, Verifier } from '../../domain/secret.ts'
import type { Seconds } from '../../domain/time.ts'
import { NEVER, orNever } from './never.ts'

/** A credential of any kind as its row has it. */
export type StoredCredential = Verifier & {
  secretId: string
  kind: StoredKind
  hint: string
  label: string
  material: string | null
  createdAt: Seconds
  createdBy: string | null
  expiresAt: Seconds
  retiresAt: Seconds | null
  lastUsedAt: Seconds | null
  firstUsedAt: Seconds | null
  retireOthersIn: Seconds | null
  graceAt: Seconds | null
  remind: number
  remindedAt: Seconds | null
  reminderError: string | null
  readError: string | null
}

type Held = Pick<
  Client,
  'secrets' | 'publicKeys' | 'publishedKeys' | 'federatedCredentials' | 'certificates'
>

export function toCredentials(rows: StoredCredential[]): Held {
  const published = rows.find(({ kind }) => kind === 'jwks_uri')
  return {
    secrets: rows.filter(({ kind }) => kind === 'secret').map(toSecret),
    publicKeys: rows.filter(({ kind }) => kind === 'public_key').map(toPublicKey),
    federatedCredentials: rows.filter(({ kind }) => kind === 'federated_credential').map(toRule),
    publishedKeys: published ? toPublishedKeys(published) : null,
    certificates: rows.filter(({ kind }) => kind === 'certificate').map(toCertificate),
  }
}

/** Without what is kept with the reminders and the key sets. */
export function fromCredentials(held: Held): Storable[] {
  return [
    ...held.secrets.map(fromSecret),
    ...held.publicKeys.map(fromPublicKey),
    ...(held.publishedKeys ? [fromPublishedKeys(held.publishedKeys)] : []),
    ...held.federatedCredentials.map(fromRule),
    ...held.certificates.map(fromCertificate),
  ]
}

/** The columns that only secrets use. */
const OF_NO_SECRET = { firstUsedAt: null, retireOthersIn: null, graceAt: null }

type Storable = Omit<StoredCredential, 'reminderError' | 'readError'>

function toSecret(row: StoredCredential): Secret {
  const { kind: _known, material: _none, readError: _noneEither, ...own } = row
  const { keyId, digest, pepperVersion, remind, ...rest } = own
  return { ...rest, remind: remind === 1, verifier: { keyId, digest, pepperVersion } }
}

function fromSecret({ verifier, remind, reminderError: _elsewhere, ...rest }: Secret): Storable {
  return { ...rest, ...verifier, remind: Number(remind), kind: 'secret', material: null }
}

function toPublicKey(row: StoredCredential): PublicKey {
  return {
    ...(JSON.parse(row.material ?? '{}') as KeyMaterial),
    keyId: row.keyId,
    ...lastingIn(row),
  }
}

function fromPublicKey(key: PublicKey): Storable {
  const { kid, algorithm, jwk, thumbprint, replay } = key
  const material = { kid, algorithm, jwk, thumbprint, replay } satisfies KeyMaterial
  return { kind: 'public_key', material: JSON.stringify(material), ...lastingOf(key) }
}

function toRule(row: StoredCredential): FederatedCredential {
  return {
    ...(JSON.parse(row.material ?? '{}') as RuleTerms),
    credentialId: row.keyId,
    ...lastingIn(row),
  }
}

function fromRule(rule: FederatedCredential): Storable {
  const { issuerId, subject, claims, tokenLifetime } = rule
  const material = { issuerId, subject, claims, tokenLifetime } satisfies RuleTerms
  return { kind: 'federated_credential', material: JSON.stringify(material), ...lastingOf(rule) }
}

function toCertificate(row: StoredCredential): Certificate {
  const material = JSON.parse(row.material ?? '{}') as CertificateMaterial
  return { certificateId: row.keyId, material, ...lastingIn(row) }
}

function fromCertificate(certificate: Certificate): Storable {
  const material = JSON.stringify(certificate.material)
  return { kind: 'certificate', material, ...lastingOf(certificate) }
}

function lastingIn(row: StoredCredential): Lasting {
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

/** Its id is that of its verifier. */
function lastingOf({ verifier, expiresAt, remind, ...rest }: Lasting) {
  const { label, createdAt, createdBy, lastUsedAt, remindedAt } = rest
  return {
    ...verifier,
    secretId: verifier.keyId,
    hint: '',
    label,
    createdAt,
    createdBy,
    expiresAt: expiresAt ?? NEVER,
    retiresAt: null,
    lastUsedAt,
    ...OF_NO_SECRET,
    remind: Number(remind),
    remindedAt,
  }
}

function toPublishedKeys(row: StoredCredential): PublishedKeys {
  const { keyId, digest, pepperVersion, createdAt, createdBy, lastUsedAt, readError } = row
  return {
    keyId,
    jwksUri: row.material ?? '',
    verifier: { keyId, digest, pepperVersion },
    createdAt,
    createdBy: createdBy ?? '',
    lastUsedAt,
    readError,
  }
}

function fromPublishedKeys(keys: PublishedKeys) {
  return {
    ...keys.verifier,
    secretId: keys.keyId,
    kind: 'jwks_uri' as const,
    hint: '',
    label: '',
    material: keys.jwksUri,
    createdAt: keys.createdAt,
    createdBy: keys.createdBy,
    expiresAt: NEVER,
    retiresAt: null,
    lastUsedAt: keys.lastUsedAt,
    ...OF_NO_SECRET,
    remind: 0,
    remindedAt: null,
  }
}
