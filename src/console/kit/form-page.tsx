import type { Child } from 'hono/jsx'
import { AsCommand, type Call } from './as-command.tsx'
import { Version } from './versions.tsx'
import type { ConsoleContext } from './console-env.ts'
import { type Entered, FormToken, hasConflict } from './field.tsx'
import { Problems } from './problems.tsx'
import { statusOfForm } from './form-status.ts'
import { type Crumb, PageHead } from './page-head.tsx'
import { page, type Section } from './shell.tsx'
import { SaveButtons } from './submit.tsx'

type FormPageProps = {
  /** The tab's title. */
  title: string
  /** The heading, where it is more than the tab's title. */
  heading?: Child
  about?: Child
  section: Section
  crumbs: Crumb[]
  action: string
  /** The version that is shown, of what is edited. */
  version?: number | undefined
  entered: Entered
  /** The text of the button. Null: there is nothing to send. */
  label: string | null
  cancel: string
  /** Where else one can go from here: buttons beside the heading. */
  more?: Child
  /** In place of the usual head: that of the subject, with its tabs. */
  head?: Child
  /** Shown above the fields. */
  note?: Child
  /** The same for a script. */
  call?: Call
  /** Beneath the form. */
  after?: Child
  children: Child
}

/** A form: one column, and its buttons always in sight. */
export function formPage(c: ConsoleContext, props: FormPageProps) {
  const { title, heading = title, about, section, crumbs, entered, more, head, note } = props
  return page(
    c,
    { title, section, status: statusOfForm(entered) },
    <>
      {head ?? (
        <PageHead title={heading} crumbs={crumbs} about={about}>
          {more}
        </PageHead>
      )}
      {note}
      <TheForm {...props} formToken={c.var.formToken} issuer={c.var.deps.issuer} />
      {props.after}
    </>,
  )
}

function TheForm(props: FormPageProps & { formToken: string; issuer: string }) {
  const { action, version, entered, label, cancel, formToken, issuer, call } = props
  return (
    <form method="post" action={action} class="card form">
      <FormToken token={formToken} />
      {version !== undefined && <Version of={version} />}
      <div class="pad">
        <Problems entered={entered} />
        {props.children}
        {call && <AsCommand issuer={issuer} call={call} />}
      </div>
      <div class="actions">
        {label !== null && (
          <SaveButtons hasConflict={hasConflict(entered)} label={label} href={action} />
        )}
        <a class="button" href={cancel}>
          Cancel
        </a>
      </div>
    </form>
  )
}
