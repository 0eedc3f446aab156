import { isUnexpired } from '../../../domain/lasting.ts'
import type { Seconds } from '../../../domain/time.ts'
import { Status } from '../../kit/status.tsx'
import { Time } from '../../kit/time.tsx'
import { minuteInUtc } from '../../kit/words.ts'

// Cells that the tables of credentials have in common.

type CreatedProps = { by: string | null; at: Seconds; now: Seconds }

export function Created({ by, at, now }: CreatedProps) {
  return (
    <td>
      <Time at={at} now={now} />
      {by !== null && (
        <p class="hint">
          by <code>{by}</code>
        </p>
      )}
    </td>
  )
}

type Reminded = { remind: boolean; remindedAt: Seconds | null; reminderError: string | null }
type ReminderProps = { of: Reminded; now: Seconds; isNewest: boolean }

export function Reminder({ of, now, isNewest }: ReminderProps) {
  const { remind, remindedAt, reminderError } = of
  return (
    <>
      {remindedAt !== null ? (
        <>
          Sent <Time at={remindedAt} now={now} />
        </>
      ) : !remind ? (
        'Off'
      ) : isNewest ? (
        'On'
      ) : (
        <span class="faint">Off: a newer one exists</span>
      )}
      {reminderError !== null && <p class="problem">! Not sent: {reminderError}</p>}
    </>
  )
}

type EndProps = { of: { expiresAt: Seconds | null }; now: Seconds }

/** The end of a credential that does not have to end. */
export function End({ of: credential, now }: EndProps) {
  if (credential.expiresAt === null) return <span class="faint">never</span>
  return (
    <>
      {!isUnexpired(credential, now) && (
        <>
          <Status status="expired" />{' '}
        </>
      )}
      <Time at={credential.expiresAt} now={now} />
      <p class="hint">{minuteInUtc(credential.expiresAt)}</p>
    </>
  )
}
