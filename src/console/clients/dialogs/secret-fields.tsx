import { LABEL_MAX } from '../../../domain/public-key.ts'
import { EXPIRY_MONTHS_MAX, defaultExpiry } from '../../../domain/secret.ts'
import { addMonths, DAY, isoTime, type Seconds } from '../../../domain/time.ts'
import { type Entered, Field, wasSent } from '../../kit/field.tsx'
import { dayInWords } from '../../kit/words.ts'

type SecretFieldsProps = {
  entered: Entered
  now: Seconds
  /** How long before its end a mail reminds of a secret. */
  lead: Seconds
  /** The API's prefix of the names of these fields. */
  within?: string
  remind: boolean
}

/** The fields for what a new secret is called, its end and its reminder. */
export function SecretFields({ entered, now, lead, within = '', remind }: SecretFieldsProps) {
  const latest = latestDay(now)
  return (
    <>
      <Field
        name="label"
        label="Label of the secret (optional)"
        maxlength={LABEL_MAX}
        entered={entered}
        errorName={`${within}label`}
        hint="Where it will be kept, such as “CI”: to tell it from the others."
      />
      <Field
        name="expires_on"
        label="The secret expires on"
        type="date"
        required
        entered={entered}
        errorName={`${within}expires_on`}
        value={dateOf(defaultExpiry(now))}
        min={dateOf(now)}
        max={dateOf(latest)}
        hint={`At the end of that day, 23:59 UTC. Unless you choose another: in 90 days, on ${dayInWords(defaultExpiry(now))}. At the latest in ${EXPIRY_MONTHS_MAX} months, on ${dayInWords(latest)}.`}
      />
      <RemindBox entered={entered} lead={lead} remind={remind} />
    </>
  )
}

type RemindProps = Pick<SecretFieldsProps, 'entered' | 'lead' | 'remind'>

export function RemindBox({ entered, lead, remind }: RemindProps) {
  const days = lead / DAY
  return (
    <label class="choice">
      <input
        type="checkbox"
        name="remind"
        value="yes"
        checked={wasSent(entered) ? entered.values.has('remind') : remind}
      />
      <span>
        Send a reminder email {days} {days === 1 ? 'day' : 'days'} before expiration
      </span>
    </label>
  )
}

/** The last day on which a credential made now may end. */
export function latestDay(now: Seconds): Seconds {
  return addMonths(now, EXPIRY_MONTHS_MAX)
}

export function dateOf(at: Seconds): string {
  return isoTime(at).slice(0, 10)
}
