import type { Access } from './permission.ts'
import type { Verifier } from './secret.ts'
import type { SigningKey } from './signing-key.ts'
import type { Seconds } from './time.ts'

/** What one read tells of a secret and the client behind it. */
export type Credential = {
  clientId: string
  suspended: boolean
  generation: number
  accessTokenLifetime: Seconds
  lastTokenAt: Seconds | null
  access: Access
  secret: {
    secretId: string
    verifier: Verifier
    createdAt: Seconds
    expiresAt: Seconds
    retiresAt: Seconds | null
    lastUsedAt: Seconds | null
  }
}

/** What D1's primary says of a token: its client, its key, and whether it was revoked by itself. */
export type TokenFacts = {
  client: { suspended: boolean; generation: number; access: Access } | null
  key: TokenKey | null
  revoked: boolean
  /** Whether no client gets in, whoever it is: D1 is known to be taken back to an earlier time. */
  shut: boolean
}

/** The row of D1 that a token's `kid` names: it is a key where it proves itself. */
export type TokenKey = Pick<SigningKey, 'kid' | 'algorithm' | 'publicJwk' | 'wrappedKey'> & {
  revoked: boolean
}

/** How a caller presents a client's credentials (RFC 6749 §2.3.1). */
export type PresentedCredentials = { clientId: string; secret: string }

/** Where a request comes from, for counting failures. */
export type Address = string
