import type { Client } from '../../domain/client.ts'
import type { StoredKind } from '../../domain/credential.ts'
import type { PublishedKeys } from '../../domain/jwks-uri.ts'
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
  remind: number
  remindedAt: Seconds | null
  reminderError: string | null
}

type Held = Pick<Client, 'secrets' | 'publicKeys' | 'publishedKeys'>

export function toCredentials(rows: StoredCredential[]): Held {
  const published = rows.find(({ kind }) => kind === 'jwks_uri')
  return {
    secrets: rows.filter(({ kind }) => kind === 'secret').map(toSecret),
    publicKeys: rows.filter(({ kind }) => kind === 'public_key').map(toPublicKey),
    publishedKeys: published ? toPublishedKeys(published) : null,
  }
}

/** Without reminderError, which is kept with the reminders. */
export function fromCredentials({
  secrets,
  publicKeys,
  publishedKeys,
}: Held): Omit<StoredCredential, 'reminderError'>[] {
  const published = publishedKeys ? [fromPublishedKeys(publishedKeys)] : []
  return [...secrets.map(fromSecret), ...publicKeys.map(fromPublicKey), ...published]
}

function toSecret(row: StoredCredential): Secret {
  const { kind: _known, material: _none, keyId, digest, pepperVersion, remind, ...rest } = row
  return { ...rest, remind: remind === 1, verifier: { keyId, digest, pepperVersion } }
}

function fromSecret({ verifier, remind, reminderError: _elsewhere, ...rest }: Secret) {
  return { ...rest, ...verifier, remind: Number(remind), kind: 'secret' as const, material: null }
}

function toPublicKey(row: StoredCredential): PublicKey {
  const { digest, pepperVersion, label, createdAt, createdBy, lastUsedAt } = row
  return {
    ...(JSON.parse(row.material ?? '{}') as KeyMaterial),
    keyId: row.keyId,
    verifier: { keyId: row.keyId, digest, pepperVersion },
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

function fromPublicKey(key: PublicKey) {
  const { kid, algorithm, jwk, thumbprint, replay } = key
  return {
    ...key.verifier,
    secretId: key.keyId,
    kind: 'public_key' as const,
    hint: '',
    label: key.label,
    material: JSON.stringify({ kid, algorithm, jwk, thumbprint, replay } satisfies KeyMaterial),
    createdAt: key.createdAt,
    createdBy: key.createdBy,
    expiresAt: key.expiresAt ?? NEVER,
    retiresAt: null,
    lastUsedAt: key.lastUsedAt,
    remind: Number(key.remind),
    remindedAt: key.remindedAt,
  }
}

function toPublishedKeys(row: StoredCredential): PublishedKeys {
  const { keyId, digest, pepperVersion, createdAt, createdBy, lastUsedAt } = row
  return {
    keyId,
    jwksUri: row.material ?? '',
    verifier: { keyId, digest, pepperVersion },
    createdAt,
    createdBy: createdBy ?? '',
    lastUsedAt,
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
    remind: 0,
    remindedAt: null,
  }
}
