import type { Api } from '../../domain/api.ts'
import type { InUse } from '../../domain/in-use.ts'
import { type Entered, FieldProblem } from '../kit/field.tsx'
import { Users } from '../kit/users.tsx'

type ConfirmProps = { base: string; api: Api; users: InUse; entered: Entered }

/** Asks before the audience of an API changes that clients use: their tokens stop working. */
export function ConfirmAudience({ base, api, users, entered }: ConfirmProps) {
  const name = 'confirm_audience_in_use'
  const isTicked = entered.values.has(name)
  return (
    <div class="section">
      <p>
        These clients have permissions of this API. Their tokens for <code>{api.audience}</code>{' '}
        stop working with the change, and the API and its clients must use the new audience.
      </p>
      <Users base={base} of={users.clients} />
      <label class="choice">
        <input id={name} type="checkbox" name={name} value="yes" checked={isTicked} />
        <span>Change the audience anyway</span>
      </label>
      {!isTicked && (
        <FieldProblem id={`${name}-error`} label="This" detail="must be ticked to change it" />
      )}
    </div>
  )
}
