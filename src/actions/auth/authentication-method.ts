import type { Client } from '../../domain/client.ts'
import type { Credential, PresentedCredentials } from '../../domain/credential.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Seconds } from '../../domain/time.ts'

export type AuthenticationDeps = Pick<
  Deps,
  'verifiers' | 'failures' | 'now' | 'defer' | 'credentials' | 'closed' | 'keyChecks' | 'sightings'
>

/** How a client authenticates with one kind of credential; the flow around it is shared. */
export type AuthenticationMethod = {
  /** Called before anything is read from the database. */
  examine(presented: PresentedCredentials): Examined
  /** Does the same work for null, so that an unknown client takes as long as a wrong proof. */
  proves(
    deps: AuthenticationDeps,
    presented: PresentedCredentials,
    credential: Credential | null,
    now: Seconds,
  ): Promise<boolean>
  /** @throws Refusal if a proven credential has expired or is not valid yet */
  requireLive(credential: Credential, now: Seconds): void
  /** Records the use after the response, at most once a minute. */
  noteUse(
    deps: AuthenticationDeps,
    presented: PresentedCredentials,
    credential: Credential,
    now: Seconds,
  ): void
  /**
   * Called again when a change that the credential authorizes is committed: another change may have
   * come in between.
   * @throws Refusal if the client or the credential was cut off
   */
  requireStillUsable(client: Client, credential: Credential, now: Seconds): void
}

/** The key to look up and the text to count failures by, or why nothing needs to be looked up. */
export type Examined = { keyId: string; counted: string | null } | { fault: string }
