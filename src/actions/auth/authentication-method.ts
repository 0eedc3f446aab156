import type { Client } from '../../domain/client.ts'
import type { CredentialKind, CredentialOf, Lookup, Presented } from '../../domain/credential.ts'
import type { Deps } from '../../domain/deps.ts'
import type { RetireReplacedDeps } from '../rotation/retire-replaced.ts'
import type { RefusalExtras } from '../../domain/errors.ts'
import type { Detail } from '../../domain/refusal-reasons.ts'
import type { Seconds } from '../../domain/time.ts'

export type AuthenticationDeps = RetireReplacedDeps &
  Pick<
    Deps,
    | 'verifiers'
    | 'failures'
    | 'hashChecks'
    | 'now'
    | 'defer'
    | 'credentials'
    | 'closed'
    | 'keyChecks'
    | 'learn'
    | 'assertions'
    | 'verificationKeys'
    | 'trust'
    | 'remoteKeys'
    | 'workloadTokens'
    | 'issuer'
    | 'certificates'
    | 'certificateReader'
  >

/** How a client authenticates with one kind of credential; the flow around it is shared. */
export type AuthenticationMethod<K extends CredentialKind> = {
  /** Called before the credential is looked up. */
  examine(
    deps: AuthenticationDeps,
    presented: Presented<K>,
    now: Seconds,
  ): Examined<K> | Promise<Examined<K>>
  /** Does the same work for null, so that an unknown client takes as long as a wrong proof. */
  proves(
    deps: AuthenticationDeps,
    presented: Presented<K>,
    credential: CredentialOf<K> | null,
    now: Seconds,
  ): Promise<boolean>
  /** Called where nothing was found: what made it look there may be outdated. */
  forget?(deps: AuthenticationDeps, presented: Presented<K>): void
  /** The answer to a caller that did not prove itself, and the line in the log. */
  failure: Failure
  /** @throws Refusal if a proven credential has expired or is not valid yet */
  requireLive(credential: CredentialOf<K>, now: Seconds): void
  /** Records the use after the response, at most once a minute. */
  noteUse(
    deps: AuthenticationDeps,
    presented: Presented<K>,
    credential: CredentialOf<K>,
    now: Seconds,
  ): void
  /**
   * Called again when a change that the credential authorizes is committed: another change may have
   * come in between.
   * @throws Refusal if the client or the credential was cut off
   */
  requireStillUsable(client: Client, credential: CredentialOf<K>, now: Seconds): void
}

/** The lookup and the text to count failures by, or why nothing needs to be looked up. */
export type Examined<K extends CredentialKind> = Found<K> | { fault: Failure }

type Found<K extends CredentialKind> = {
  lookup: Lookup
  counted: string | null
  /** Whether the profile `fapi2` allows it; left out, it does not. */
  meetsFapi?: boolean
  /** Whether what was examined is still so, by what was found with the credential. */
  stillHolds?: (credential: CredentialOf<K>) => boolean
}

export type Failure = {
  description: string
  reason: 'wrong_secret' | 'wrong_assertion' | 'wrong_certificate'
  /** For the log alone. */
  detail?: Detail
  /** The outcome that is counted, where it is another than a wrong credential. */
  why?: RefusalExtras['why'] | undefined
}
