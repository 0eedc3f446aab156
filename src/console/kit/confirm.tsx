import type { Child } from 'hono/jsx'
import { Dialog, DialogActions, DialogButton } from './dialog.tsx'
import { type Entered, FormToken, hasConflict } from './field.tsx'
import { Submit } from './submit.tsx'

type ConfirmProps = {
  id: string
  /** The text of both buttons: the one that opens the dialog, and the one that confirms it. */
  label: string
  /** Names the subject, for users of screen readers who hear a list of such buttons. */
  about?: string
  title: string
  action: string
  formToken: string
  version?: number | undefined
  kind?: 'danger' | 'quiet'
  /** The consequences, and any further questions. */
  children: Child
}

/** A button with a dialog that asks for confirmation before its form is posted. */
export function Confirm(props: ConfirmProps) {
  const { id, label, about, title, action, formToken, version, kind = 'danger', children } = props
  return (
    <>
      <DialogButton dialog={id} kind={kind}>
        {label}
        {about && (
          <span class="unseen">
            {' '}
            <bdi>{about}</bdi>
          </span>
        )}
      </DialogButton>
      <Dialog id={id} title={title}>
        <form method="post" action={action}>
          <FormToken token={formToken} />
          {version !== undefined && <Version of={version} />}
          {children}
          <DialogActions dialog={id}>
            <Submit kind={kind === 'danger' ? kind : undefined} label={label} />
          </DialogActions>
        </form>
      </Dialog>
    </>
  )
}

/** The version that a form was made from. The form is refused if there is a newer one. */
export function Version({ of: version }: { of: number }) {
  return <input type="hidden" name="version" value={String(version)} />
}

/** The name of the subject of a deletion, because it cannot be looked up afterwards. */
export function Called({ name }: { name: string }) {
  return <input type="hidden" name="called" value={name} />
}

export function called(form: URLSearchParams): string {
  return form.get('called') ?? ''
}

export function expectedVersions(form: URLSearchParams): number[] {
  return [Number(form.get('version'))]
}

/**
 * The version for a form that is shown again: the one it was first made from, so that a change
 * since then is not lost, or the newest if the form shows that change.
 */
export function versionSeen(entered: Entered, newest: number): number {
  const isSeen = hasConflict(entered) || !entered.values.has('version')
  return isSeen ? newest : Number(entered.values.get('version'))
}
