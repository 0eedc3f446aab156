import type { Client } from '../../domain/client.ts'
import type { Credential, PresentedCredentials } from '../../domain/credential.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Seconds } from '../../domain/time.ts'

export type AuthenticationDeps = Pick<
  Deps,
  'verifiers' | 'failures' | 'now' | 'defer' | 'credentials' | 'closed' | 'keyChecks' | 'sightings'
>

/** One kind of credential by which a client authenticates. The flow around it is the same for all. */
export type AuthenticationMethod = {
  /** Before anything is read. */
  examine(presented: PresentedCredentials): Examined
  /** For null the same work is done, so that an unknown client takes as long as a wrong proof. */
  proves(
    deps: AuthenticationDeps,
    presented: PresentedCredentials,
    credential: Credential | null,
    now: Seconds,
  ): Promise<boolean>
  /** @throws Refusal where a proven credential has expired or is not valid yet */
  requireLive(credential: Credential, now: Seconds): void
  /** After the answer, and at most once a minute. */
  noteUse(
    deps: AuthenticationDeps,
    presented: PresentedCredentials,
    credential: Credential,
    now: Seconds,
  ): void
  /**
   * Asks again at the commit of a change whose right is the credential: another may have come in between.
   * @throws Refusal where the client or the credential was cut off
   */
  requireStillUsable(client: Client, credential: Credential, now: Seconds): void
}

/** What a read looks up, and what failures are counted by; or why nothing needs to be read. */
export type Examined = { keyId: string; counted: string | null } | { fault: string }
