import { LABEL_MAX } from '../../../domain/public-key.ts'
import type { Policy } from '../../../domain/policy.ts'
import { thresholdsInWords } from '../../../domain/reminder-days.ts'
import { EXPIRY_MONTHS_MAX, defaultExpiry, latestExpiry } from '../../../domain/secret.ts'
import { addMonths, DAY, isoTime, type Seconds } from '../../../domain/time.ts'
import { countedInWords } from '../../../domain/count.ts'
import { type Entered, Field, wasSent } from '../../kit/field.tsx'
import { dayInWords } from '../../kit/words.ts'

type SecretFieldsProps = {
  entered: Entered
  now: Seconds
  /** How many days before its end mails remind of a secret. */
  days: number[]
  policy: Pick<Policy, 'secretDays' | 'secretDaysMax'>
  /** The API's prefix of the names of these fields. */
  within?: string
  remind: boolean
}

/** The fields for what a new secret is called, its end and its reminder. */
export function SecretFields(props: SecretFieldsProps) {
  const { entered, now, days, policy, within = '', remind } = props
  const latest = latestExpiry(now, policy.secretDaysMax)
  return (
    <>
      <Field
        name="label"
        label="Label (optional)"
        maxlength={LABEL_MAX}
        entered={entered}
        errorName={`${within}label`}
        hint="Where the secret will be kept, such as “CI”, to tell it from others."
      />
      <Field
        name="expires_on"
        label="Expiry date"
        type="date"
        required
        entered={entered}
        errorName={`${within}expires_on`}
        value={dateOf(defaultExpiry(now, policy.secretDays))}
        min={dateOf(now)}
        max={dateOf(latest)}
        hint={`The secret stops working at the end of this day, 23:59 UTC. Latest date: ${dayInWords(latest)}${limitInWords(policy)}.`}
      />
      <QuickDates of="expires_on" now={now} latest={latest} />
      <RemindBox entered={entered} days={days} remind={remind} />
    </>
  )
}

function limitInWords({ secretDaysMax: days }: SecretFieldsProps['policy']): string {
  return days === null ? '' : `, as this server allows ${countedInWords(days, 'day')}`
}

const QUICK = [30, 90, 180, 365]

/** Shown by a script: sets the date with one press. */
type QuickProps = { of: string; now: Seconds; latest: Seconds }

function QuickDates({ of: name, now, latest }: QuickProps) {
  return (
    <p class="quick">
      {QUICK.filter((days) => now + days * DAY <= latest).map((days) => (
        <button type="button" data-sets={name} value={dateOf(now + days * DAY)} hidden>
          {days === 365 ? '1 year' : `${days} days`}
        </button>
      ))}
    </p>
  )
}

type RemindProps = Pick<SecretFieldsProps, 'entered' | 'days' | 'remind'>

export function RemindBox({ entered, days, remind }: RemindProps) {
  return (
    <label class="choice">
      <input
        type="checkbox"
        name="remind"
        value="yes"
        checked={wasSent(entered) ? entered.values.has('remind') : remind}
      />
      <span>
        Send {days.length === 1 ? 'a reminder email' : 'reminder emails'}{' '}
        {thresholdsInWords(days, 'it')}
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
