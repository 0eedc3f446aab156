import { recognisedBy } from './certificate.ts'
import type { Client } from './client.ts'
import type { StoredKind } from './credential.ts'
import { hasVanished, type Secret } from './secret.ts'
import type { Seconds } from './time.ts'

/** A credential of any kind, with what people know it by and until when it works. */
export type ClientCredential = {
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

export type Credentials = Pick<
  Client,
  'secrets' | 'publicKeys' | 'publishedKeys' | 'federatedCredentials' | 'certificates'
>

/** The credentials of a client, of every kind, with the secrets that have vanished. */
export function credentialsOf(client: Credentials): ClientCredential[] {
  const { secrets, publicKeys, federatedCredentials, certificates, publishedKeys } = client
  return [
    ...secrets.map(ofSecret),
    ...publicKeys.map((key) => of('public_key', key.keyId, key, key.kid)),
    ...certificates.map((one) =>
      of('certificate', one.certificateId, one, recognisedBy(one.material)),
    ),
    ...federatedCredentials.map((rule) =>
      of('federated_credential', rule.credentialId, rule, rule.subject),
    ),
    ...(publishedKeys
      ? [of('jwks_uri', publishedKeys.keyId, publishedKeys, publishedKeys.jwksUri)]
      : []),
  ]
}

type Dated = Pick<ClientCredential, 'createdAt' | 'lastUsedAt'> &
  Partial<Pick<ClientCredential, 'label' | 'expiresAt'>>

function of(kind: StoredKind, id: string, dated: Dated, name: string | null): ClientCredential {
  const { createdAt, lastUsedAt, label = '', expiresAt = null } = dated
  const dates = { createdAt, expiresAt, retiresAt: null, lastUsedAt }
  return { kind, id, label, keyId: null, hint: null, name, ...dates }
}

function ofSecret({ secretId, label, verifier, hint, ...dates }: Secret): ClientCredential {
  const { createdAt, expiresAt, retiresAt, lastUsedAt } = dates
  const known = { kind: 'secret' as const, id: secretId, label, keyId: verifier.keyId, hint }
  return { ...known, name: null, createdAt, expiresAt, retiresAt, lastUsedAt }
}

/** The credentials that a reader sees. */
export function visibleCredentials(client: Credentials, now: Seconds): ClientCredential[] {
  const isThere = ({ retiresAt }: ClientCredential) => !hasVanished({ retiresAt }, now)
  return credentialsOf(client).filter(isThere)
}

/** How many of its credentials work. */
export function countLiveCredentials(client: Credentials, now: Seconds): number {
  return visibleCredentials(client, now).filter((one) => works(one, now)).length
}

/** One just made may be ahead of a slow clock: only a secret waits for its time. */
function works(one: ClientCredential, now: Seconds): boolean {
  return !hasEnded(one, now) && (one.kind !== 'secret' || one.createdAt <= now)
}

/** When it ends, by itself or because it is being retired. */
export type Ending = Pick<ClientCredential, 'expiresAt' | 'retiresAt'>

const endIn = ({ expiresAt, retiresAt }: Ending) => retiresAt ?? expiresAt

export function hasEnded(one: Ending, now: Seconds): boolean {
  const end = endIn(one)
  return end !== null && end <= now
}

/** When the first of those that work ends; if none works, when the last one ended; null: never. */
export function soonestEnd(credentials: Ending[], now: Seconds): Seconds | null {
  const ends = credentials.map(endIn)
  const sorted = ends.filter((end) => end !== null).toSorted((a, b) => a - b)
  const next = sorted.find((end) => end > now)
  if (next !== undefined) return next
  return ends.includes(null) ? null : (sorted.at(-1) ?? null)
}
