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
 * Rises with each entry that is read, whichever issuer's: the guard believes no older one than it has seen,
 * and what one test did to a client is not to reach into the next.
 */
let version = 0

/** Clients of a test issuer may do everything, as long as nothing is said. */
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
    /** The token's scope as far as it holds; null where the token is not active. */
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
