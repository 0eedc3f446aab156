import type { Address } from '../../domain/credential.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Attempt } from '../../domain/failure-limit.ts'
import type { Deps } from '../../domain/deps.ts'
import { GUESSED } from '../../domain/token-counts.ts'
import type { Seconds } from '../../domain/time.ts'
import { countedInWords } from '../../domain/count.ts'

export type GuessDeps = Pick<Deps, 'bootstrapTokenMatches' | 'guesses' | 'now' | 'tokenCounts'>

/** The outcome of a guess; `retryAfter` above 0: it was ignored, or was one too many. */
export type Guess = { isRight: boolean; retryAfter: Seconds }

/**
 * Checks for the bootstrap token. It is chosen by people, so guesses are strictly limited: past the
 * limit every guess from the address is ignored. A single text that fails repeatedly blocks only
 * itself.
 */
export async function guessBootstrapToken(
  deps: GuessDeps,
  token: string,
  address: Address,
): Promise<Guess> {
  const now = deps.now()
  const attempt: Attempt = { address, name: '', secret: token }
  const retryAfter = await deps.guesses.wait(attempt, now)
  if (retryAfter > 0) return { isRight: false, retryAfter }
  if (await deps.bootstrapTokenMatches(token)) return { isRight: true, retryAfter: 0 }
  deps.tokenCounts.count('', GUESSED, now)
  return { isRight: false, retryAfter: await deps.guesses.record(attempt, now) }
}

/** @throws Refusal if there were too many guesses */
export async function isBootstrapToken(
  deps: GuessDeps,
  token: string,
  address: Address,
): Promise<boolean> {
  const { isRight, retryAfter } = await guessBootstrapToken(deps, token, address)
  if (retryAfter === 0) return isRight
  throw new Refusal(
    'too_many_requests',
    `Too many attempts. Wait ${countedInWords(retryAfter, 'second')}.`,
    {
      retryAfter,
      detail: 'guesses',
    },
  )
}
