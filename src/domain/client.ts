import type { ClientDetails } from './client-details.ts'
import type { Permission } from './permission.ts'
import { hasVanished, isLive, type Secret } from './secret.ts'
import type { Seconds } from './time.ts'

/** An API client with all that decides about it: read whole, changed as a value, written whole. */
export type Client = ClientDetails & {
  clientId: string
  createdAt: Seconds
  createdBy: string
  updatedAt: Seconds
  /** Counts the changes an administrator can see; what an ETag carries. */
  version: number
  suspension: Suspension | null
  /** Tokens of an older generation are refused, so that cutting off is exact within one second. */
  generation: number
  tokensValidFrom: Seconds | null
  /** Counts the changes of the denylist entry: 0 until there is first something to refuse. */
  denylistVersion: number
  lastTokenAt: Seconds | null
  secrets: Secret[]
  roles: string[]
  /** Assigned directly; `access` adds what the roles give. */
  permissions: Permission[]
  access: Permission[]
  /** Whether the denylist shows what D1 says. */
  propagation: Propagation
}

export type Suspension = { at: Seconds; reason: string | null }
export type Propagation = 'complete' | 'pending'

/** The secrets that exist for a reader: a retired one is gone when its end has come. */
export function visibleSecrets(client: Pick<Client, 'secrets'>, now: Seconds): Secret[] {
  return client.secrets.filter((secret) => !hasVanished(secret, now))
}

export function liveSecrets(client: Pick<Client, 'secrets'>, now: Seconds): Secret[] {
  return client.secrets.filter((secret) => isLive(secret, now))
}

/** The client as an administrator's change leaves it. */
export function changed(client: Client, now: Seconds, change: Partial<Client>): Client {
  return { ...client, ...change, version: client.version + 1, updatedAt: now }
}

/** The same for a change that resource servers at the edge must learn of. */
export function changedAtTheEdge(client: Client, now: Seconds, change: Partial<Client>): Client {
  const denylistVersion = client.denylistVersion + 1
  return changed(client, now, { ...change, denylistVersion, propagation: 'pending' })
}
