import { type Child, Fragment, h } from '../html.ts'
import { Dialog, DialogActions, DialogButton } from './dialog.tsx'
import { type Entered, FormToken, isOvertaken } from './field.tsx'
import { Submit } from './submit.tsx'

type ConfirmProps = {
  id: string
  /** What both buttons say: the one that opens the dialog, and the one that does it. */
  label: string
  /** Whom or what it is about, for who hears a list of such buttons. */
  about?: string
  title: string
  action: string
  formToken: string
  version?: number | undefined
  kind?: 'danger' | 'quiet'
  /** What it means, and what else the form asks. */
  children: Child
}

/** A button with the dialog that asks before its form is posted. */
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

/** What a form was made from: where that is not the newest any more, the form is refused. */
export function Version({ of: version }: { of: number }) {
  return <input type="hidden" name="version" value={String(version)} />
}

/** What is to be ended, as the page calls it: once it is ended nobody else can say. */
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
 * Of a form that comes again: what it was made from at first, or a change since would be lost; but the newest
 * where that change is shown in it.
 */
export function versionSeen(entered: Entered, newest: number): number {
  const isSeen = isOvertaken(entered) || !entered.values.has('version')
  return isSeen ? newest : Number(entered.values.get('version'))
}
