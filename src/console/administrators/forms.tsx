import type { Administrator } from '../../domain/administrator.ts'
import { Version, versionSeen } from '../kit/confirm.tsx'
import { type Entered, Field, FormToken, hasConflict, Problems, Saved } from '../kit/field.tsx'
import { SaveButtons, Submit } from '../kit/submit.tsx'

type AddFormProps = { base: string; formToken: string; entered: Entered }

export function AddForm({ base, formToken, entered }: AddFormProps) {
  const access = entered.values.get('access') ?? 'view'
  return (
    <section class="card narrow">
      <h2>Add administrator</h2>
      <Problems entered={entered} />
      <form method="post" action={`${base}/administrators`}>
        <FormToken token={formToken} />
        <Field
          name="email"
          label="E-mail address"
          type="email"
          entered={entered}
          hint="The one that they sign in with."
          required
        />
        <fieldset>
          <legend>Access</legend>
          <Choice value="view" now={access} label="View only" hint="Sees everything but secrets." />
          <Choice value="manage" now={access} label="Manage" hint="Changes everything, too." />
        </fieldset>
        <Submit label="Add administrator" />
      </form>
    </section>
  )
}

function Choice(props: { value: string; now: string; label: string; hint: string }) {
  const { value, now, label, hint } = props
  return (
    <label class="choice">
      <input type="radio" name="access" value={value} checked={value === now} />
      <span>
        {label} <span class="hint">{hint}</span>
      </span>
    </label>
  )
}

type AccessFormProps = { base: string; formToken: string; one: Administrator; entered: Entered }

/** The form for one administrator's access, shown again after it was refused. */
export function AccessForm({ base, formToken, one, entered }: AccessFormProps) {
  const { administratorId, email, access: saved, version } = one
  const access = entered.values.get('access') ?? saved
  const list = `${base}/administrators`
  return (
    <section class="card narrow">
      <h1>Change access</h1>
      <Problems entered={entered} />
      <form method="post" action={`${list}/${administratorId}`}>
        <FormToken token={formToken} />
        <Version of={versionSeen(entered, version)} />
        <fieldset>
          <legend>
            Access of <bdi>{email}</bdi>
          </legend>
          <Choice value="view" now={access} label="View only" hint="Sees everything but secrets." />
          <Choice value="manage" now={access} label="Manage" hint="Changes everything, too." />
          {hasConflict(entered) && access !== saved && (
            <Saved>{saved === 'manage' ? 'Manage' : 'View only'}</Saved>
          )}
        </fieldset>
        <SaveButtons hasConflict={hasConflict(entered)} label="Save" href={list} />
      </form>
    </section>
  )
}
