import type { DenylistEntry } from '../domain/denylist.ts'
import type { TokenClaims } from '../domain/token.ts'

type TestClient = {
  suspended: boolean
  generation: number
  revoked: Set<string>
  /** The permissions that it still has; null while its tokens decide. */
  scope: string[] | null
}

export type TestClients = ReturnType<typeof testClients>

/**
 * Rises with each entry read, for any issuer: the guard believes no entry older than one it has
 * seen, and one test's changes to a client must not reach into the next.
 */
let version = 0

/** Clients of a test issuer may do everything, unless a test says otherwise. */
export function testClients() {
  const clients = new Map<string, TestClient>()
  function client(id: string): TestClient {
    const found = clients.get(id) ?? newClient()
    clients.set(id, found)
    return found
  }
  return {
    client,
    entry(id: string): DenylistEntry {
      const { suspended, generation, revoked } = client(id)
      return { version: ++version, suspended, generation, revoked: [...revoked] }
    },
    /** The part of the token's scope that still holds; null if the token is not active. */
    scopeHeld({ client_id: id, jti, gen, scope }: TokenClaims): string | null {
      const { suspended, generation, revoked, scope: left } = client(id)
      if (suspended || gen < generation || revoked.has(jti)) return null
      const held = scope.split(' ').filter((value) => left?.includes(value) ?? true)
      return held.join(' ')
    },
  }
}

function newClient(): TestClient {
  return { suspended: false, generation: 0, revoked: new Set(), scope: null }
}
