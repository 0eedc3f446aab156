import { EXPIRY_MONTHS_MAX } from '../../../domain/secret.ts'
import type { ConsoleContext } from '../../kit/console-env.ts'
import { type Entered, Field } from '../../kit/field.tsx'
import { dateOf, latestDay, RemindBox } from './secret-fields.tsx'

type EndProps = { c: ConsoleContext; entered: Entered }

/** The end of a credential that does not have to end, and whether it is reminded of. */
export function EndFields(props: EndProps) {
  return (
    <>
      <EndField {...props} />
      <RemindBox entered={props.entered} days={props.c.var.deps.reminderDays} remind />
    </>
  )
}

export function EndField({ c, entered }: EndProps) {
  const now = c.var.deps.now()
  return (
    <Field
      name="expires_on"
      label="Expiry date (optional)"
      type="date"
      entered={entered}
      min={dateOf(now)}
      max={dateOf(latestDay(now))}
      hint={`It stops working at the end of this day, 23:59 UTC, within ${EXPIRY_MONTHS_MAX} months. Leave empty if it never expires.`}
    />
  )
}
