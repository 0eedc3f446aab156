import type { Client } from './client.ts'
import type { StoredKind } from './credential.ts'
import { recognisedBy } from './certificate.ts'
import { endOf, hasVanished, type Secret } from './secret.ts'
import { isoTime, type Seconds } from './time.ts'

/** A credential of any kind, with what people know it by and until when it works. */
export type FoundCredential = {
  kind: StoredKind
  id: string
  label: string
  /** The public part of a secret and its last characters; null for other kinds. */
  keyId: string | null
  hint: string | null
  /** The `kid` of a public key, the address of published ones, the name of a certificate. */
  name: string | null
  createdAt: Seconds
  /** Null: never. */
  expiresAt: Seconds | null
  retiresAt: Seconds | null
  lastUsedAt: Seconds | null
}

export function findCredential(client: Client, id: string): FoundCredential | null {
  return credentialsOf(client).find((one) => one.id === id) ?? null
}

function credentialsOf(client: Client): FoundCredential[] {
  const { secrets, publicKeys, federatedCredentials, certificates, publishedKeys } = client
  return [
    ...secrets.map(ofSecret),
    ...publicKeys.map((key) => of('public_key', key.keyId, key, key.kid)),
    ...federatedCredentials.map((rule) =>
      of('federated_credential', rule.credentialId, rule, rule.subject),
    ),
    ...certificates.map((one) =>
      of('certificate', one.certificateId, one, recognisedBy(one.material)),
    ),
    ...(publishedKeys
      ? [of('jwks_uri', publishedKeys.keyId, publishedKeys, publishedKeys.jwksUri)]
      : []),
  ]
}

type Dated = Pick<FoundCredential, 'createdAt' | 'lastUsedAt'> &
  Partial<Pick<FoundCredential, 'label' | 'expiresAt'>>

function of(kind: StoredKind, id: string, dated: Dated, name: string | null): FoundCredential {
  const { createdAt, lastUsedAt, label = '', expiresAt = null } = dated
  const dates = { createdAt, expiresAt, retiresAt: null, lastUsedAt }
  return { kind, id, label, keyId: null, hint: null, name, ...dates }
}

function ofSecret({ secretId, label, verifier, hint, ...dates }: Secret): FoundCredential {
  const { createdAt, expiresAt, retiresAt, lastUsedAt } = dates
  const known = { kind: 'secret' as const, id: secretId, label, keyId: verifier.keyId, hint }
  return { ...known, name: null, createdAt, expiresAt, retiresAt, lastUsedAt }
}

/** Why the credential does not work at `now`, apart from its client; nothing if it does. */
export function whyEnded(found: FoundCredential, now: Seconds): string[] {
  const { kind, createdAt, expiresAt, retiresAt } = found
  if (expiresAt === null) return []
  const term = { createdAt, expiresAt, retiresAt }
  if (hasVanished(term, now)) return [`This secret was ended at ${isoTime(endOf(term))}.`]
  if (endOf(term) <= now) return [`This credential expired at ${isoTime(endOf(term))}.`]
  // One just made may be ahead of a slow clock: only a secret waits for its time.
  return kind === 'secret' && createdAt > now ? ['This secret is not valid yet.'] : []
}
