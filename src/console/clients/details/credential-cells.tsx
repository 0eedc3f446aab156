import type { Seconds } from '../../../domain/time.ts'
import { Time } from '../../kit/time.tsx'

// Cells that the tables of secrets and of public keys have in common.

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
