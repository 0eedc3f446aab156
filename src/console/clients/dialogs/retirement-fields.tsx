import { type Client, liveSecrets } from '../../../domain/client.ts'
import { DAY, HOUR, type Seconds } from '../../../domain/time.ts'
import { type Choice, Choices } from '../../kit/choices.tsx'
import { type Entered, errorOf, Field } from '../../kit/field.tsx'
import { secretName } from '../../kit/secret-name.ts'
import { useInWords } from '../secret-use.ts'
import { dateOf, latestDay } from './secret-fields.tsx'

const OTHERS: Choice[] = [
  ['', 'Keep them', 'They work until they expire.'],
  [
    '0',
    'End them now',
    'If one may have leaked. Tokens already issued keep working: revoke them too.',
  ],
  [String(HOUR), 'End them in 1 hour', ''],
  [String(DAY), 'End them in 24 hours', 'Time to put the new one in place.'],
  [String(7 * DAY), 'End them in 7 days', ''],
  ['date', 'End them on a date', ''],
]

type RetirementProps = { client: Client; now: Seconds; entered: Entered }

/** When the other secrets end, and what each of them did. */
export function RetirementFields({ client, now, entered }: RetirementProps) {
  const others = liveSecrets(client, now).toReversed()
  return (
    <>
      <Choices
        name="retire_others_in"
        legend="The other secrets"
        choices={OTHERS}
        chosen={entered.values.get('retire_others_in') ?? ''}
        problem={errorOf(entered, 'retire_others_in')}
      />
      <fieldset data-for="retire_others_in=date">
        <Field
          name="retire_others_on"
          label="Last day of the other secrets"
          type="date"
          entered={entered}
          value={dateOf(now + 7 * DAY)}
          min={dateOf(now)}
          max={dateOf(latestDay(now))}
          hint="They stop working at the end of this day, 23:59 UTC. Only for “End them on a date”."
        />
      </fieldset>
      <label class="choice">
        <input
          type="checkbox"
          name="activate"
          value="on_first_use"
          checked={entered.values.has('activate')}
        />
        <span>
          Start the clock when the new secret is first used
          <span class="hint">
            Until then the other secrets keep working. For 1 hour, 24 hours and 7 days.
          </span>
        </span>
      </label>
      <ul class="hint">
        {others.map((secret) => (
          <li>
            <code>{secretName(secret)}</code>
            {secret.label && (
              <>
                {' '}
                <bdi>{secret.label}</bdi>
              </>
            )}
            , {useInWords(secret, secret === others[0] ? null : (others[0] ?? null), now)}
          </li>
        ))}
      </ul>
    </>
  )
}
