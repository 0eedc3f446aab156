import type { Certificate } from './certificate.ts'
import type { ClientDetails } from './client-details.ts'
import type { FederatedCredential } from './federation.ts'
import type { PublishedKeys } from './jwks-uri.ts'
import type { Permission } from './permission.ts'
import type { PublicKey } from './public-key.ts'
import { hasVanished, isLive, type Secret } from './secret.ts'
import type { Seconds } from './time.ts'

/**
 * An API client with everything that decides about it: read whole, changed as a value, written
 * whole.
 */
export type Client = ClientDetails & {
  clientId: string
  createdAt: Seconds
  createdBy: string
  updatedAt: Seconds
  /** Counts the changes that administrators can see; carried by the ETag. */
  version: number
  suspension: Suspension | null
  /** Tokens of an older generation are refused, which makes a cutoff exact within one second. */
  generation: number
  tokensValidFrom: Seconds | null
  /** Counts the changes of the denylist entry; 0 until there is something to refuse. */
  denylistVersion: number
  lastTokenAt: Seconds | null
  /** When it last proved itself or got a token, by any credential that it has or had. */
  lastUsedAt: Seconds | null
  /** Since when none of its tokens is a bearer token; null where one may be. */
  boundSince: Seconds | null
  secrets: Secret[]
  publicKeys: PublicKey[]
  federatedCredentials: FederatedCredential[]
  /** The credential behind `jwksUri`; a client with one has no public keys here. */
  publishedKeys: PublishedKeys | null
  certificates: Certificate[]
  roles: string[]
  /** Assigned directly; `access` includes what the roles grant. */
  permissions: Permission[]
  access: Permission[]
  /** Whether the denylist already matches the database. */
  propagation: Propagation
}

export type Suspension = { at: Seconds; reason: string | null }
export type Propagation = 'complete' | 'pending'

/** The secrets that a reader sees: a retired secret vanishes when it ends. */
export function visibleSecrets(client: Pick<Client, 'secrets'>, now: Seconds): Secret[] {
  return client.secrets.filter((secret) => !hasVanished(secret, now))
}

export function liveSecrets(client: Pick<Client, 'secrets'>, now: Seconds): Secret[] {
  return client.secrets.filter((secret) => isLive(secret, now))
}

/** Returns the client as an administrator's change leaves it. */
export function changed(client: Client, now: Seconds, change: Partial<Client>): Client {
  return { ...client, ...change, version: client.version + 1, updatedAt: now }
}

/** Like `changed`, for a change that resource servers at the edge must learn of. */
export function changedAtTheEdge(client: Client, now: Seconds, change: Partial<Client>): Client {
  const denylistVersion = client.denylistVersion + 1
  return changed(client, now, { ...change, denylistVersion, propagation: 'pending' })
}
