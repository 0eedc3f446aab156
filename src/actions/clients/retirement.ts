import { invalidField } from '../../domain/errors.ts'
import { expiryOn } from '../../domain/secret.ts'
import type { Seconds } from '../../domain/time.ts'

/** When the other live secrets end; left out, they are unchanged. */
export type RetirementInput = {
  /** Seconds from now, or from the first use of the new secret. */
  retireOthersIn?: Seconds | undefined
  /** The last day on which they work. */
  retireOthersOn?: string | undefined
  onFirstUse?: boolean | undefined
}

/** Seconds from now, or seconds from the first use of the new secret. */
type Retirement = { fromNow: Seconds | null; afterFirstUse: Seconds | null }

/** @throws Refusal where the fields do not go together */
export function retirementOf(input: RetirementInput, now: Seconds): Retirement {
  const { retireOthersIn: seconds = null, retireOthersOn: date, onFirstUse = false } = input
  if (date !== undefined && (onFirstUse || seconds !== null)) {
    throw invalidField(
      'retire_others_on',
      'must not be sent with retire_others_in or activate on_first_use',
    )
  }
  if (onFirstUse && seconds === null) {
    throw invalidField('retire_others_in', 'must be sent with activate on_first_use')
  }
  if (onFirstUse) return { fromNow: null, afterFirstUse: seconds }
  return { fromNow: date === undefined ? seconds : secondsUntil(date, now), afterFirstUse: null }
}

function secondsUntil(date: string, now: Seconds): Seconds {
  const end = expiryOn(date, now)
  if (typeof end === 'string') throw invalidField('retire_others_on', end)
  return end - now
}
