import { SignJWT } from 'jose'
import {
  STATUS,
  STATUS_BITS,
  STATUS_LIST_LIFETIME,
  STATUS_LIST_TTL,
} from '../domain/status-list.ts'
import type { Seconds } from '../domain/time.ts'
import type { TokenClaims } from '../domain/token.ts'
import { base64urlOfBytes } from '../platform/base64.ts'
import { deflated } from '../platform/deflate.ts'
import type { TestClients } from './test-clients.ts'
import { OWN_KEY, testKey } from './test-keys.ts'

/**
 * Each token has a list of its own: the guard keeps a copy for half a minute, which must not reach
 * into the next test.
 */
export function testStatusLists(issuer: string, clients: TestClients, now: () => Seconds) {
  const tokens = new Map<string, TokenClaims>()
  return {
    newUri: () => `${issuer}/oauth/status-lists/${crypto.randomUUID()}`,
    add: (uri: string, claims: TokenClaims) => void tokens.set(uri, claims),
    /** The signed list, with one place; null where no token names it. */
    async listAt(uri: string): Promise<string | null> {
      const claims = tokens.get(uri)
      if (!claims) return null
      const lst = base64urlOfBytes(await deflated(Uint8Array.of(statusOf(claims, clients))))
      const list = {
        sub: uri,
        iat: now(),
        exp: now() + STATUS_LIST_LIFETIME,
        ttl: STATUS_LIST_TTL,
        status_list: { bits: STATUS_BITS, lst },
      }
      const { kid, privateKey } = await testKey(issuer, OWN_KEY)
      const header = { alg: 'ES256', typ: 'statuslist+jwt', kid }
      return new SignJWT(list).setProtectedHeader(header).sign(privateKey)
    },
  }
}

function statusOf(claims: TokenClaims, clients: TestClients): number {
  if (clients.client(claims.client_id).suspended) return STATUS.suspended
  return clients.scopeHeld(claims) === null ? STATUS.invalid : STATUS.valid
}
