import { EXPIRY_MONTHS_MAX, defaultExpiry } from '../../../domain/secret.ts'
import { addMonths, DAY, isoTime, type Seconds } from '../../../domain/time.ts'
import { type Entered, Field, wasSent } from '../../kit/field.tsx'
import { dayInWords } from '../../kit/words.ts'

type SecretFieldsProps = {
  entered: Entered
  now: Seconds
  /** How long before its end a mail reminds of a secret. */
  lead: Seconds
  errorName: string
  remind: boolean
}

/** The fields for the end of a new secret and its reminder. */
export function SecretFields({ entered, now, lead, errorName, remind }: SecretFieldsProps) {
  const latest = addMonths(now, EXPIRY_MONTHS_MAX)
  const days = lead / DAY
  return (
    <>
      <Field
        name="expires_on"
        label="The secret expires on"
        type="date"
        required
        entered={entered}
        errorName={errorName}
        value={dateOf(defaultExpiry(now))}
        min={dateOf(now)}
        max={dateOf(latest)}
        hint={`At the end of that day, 23:59 UTC. Unless you choose another: in 90 days, on ${dayInWords(defaultExpiry(now))}. At the latest in ${EXPIRY_MONTHS_MAX} months, on ${dayInWords(latest)}.`}
      />
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
    </>
  )
}

function dateOf(at: Seconds): string {
  return isoTime(at).slice(0, 10)
}
