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

type Held = Pick<Client, 'secrets' | 'publicKeys'>

export function toCredentials(rows: StoredCredential[]): Held {
  return {
    secrets: rows.filter(({ kind }) => kind === 'secret').map(toSecret),
    publicKeys: rows.filter(({ kind }) => kind === 'public_key').map(toPublicKey),
  }
}

/** Without reminderError, which is kept with the reminders. */
export function fromCredentials({
  secrets,
  publicKeys,
}: Held): Omit<StoredCredential, 'reminderError'>[] {
  return [...secrets.map(fromSecret), ...publicKeys.map(fromPublicKey)]
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
