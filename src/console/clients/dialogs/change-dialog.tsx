import type { Child } from 'hono/jsx'
import type { Client } from '../../../domain/client.ts'
import type { ConsoleContext } from '../../kit/console-env.ts'
import { statusOfForm } from '../../kit/form-status.ts'
import { Version } from '../../kit/confirm.tsx'
import { Dialog, DialogActions } from '../../kit/dialog.tsx'
import { type Entered, FormToken, Problems } from '../../kit/field.tsx'
import { Submit } from '../../kit/submit.tsx'
import { page } from '../../kit/shell.tsx'

/** A change of a client that asks for confirmation. */
export type Change = {
  id: string
  title: string
  /** The text of the button. */
  label: string
  danger?: boolean
  /** The path beneath that of the client. */
  path: string
  /** The consequences, and any further questions. */
  body: Child
}

type ChangeProps = { base: string; client: Client; formToken: string; change: Change }

export function ChangeDialog(props: ChangeProps) {
  const { id, title } = props.change
  return (
    <Dialog id={id} title={title}>
      <ChangeForm {...props}>
        <DialogActions dialog={id}>
          <ChangeButton change={props.change} />
        </DialogActions>
      </ChangeForm>
    </Dialog>
  )
}

/** The same on a page of its own, for input that was refused. */
export function changePage(c: ConsoleContext, client: Client, change: Change, entered: Entered) {
  const { base, formToken } = c.var
  const { title } = change
  return page(
    c,
    { title, section: 'clients', status: statusOfForm(entered) },
    <section class="card narrow">
      <h1>{title}</h1>
      <Problems entered={entered} />
      <ChangeForm base={base} client={client} formToken={formToken} change={change}>
        <div class="actions">
          <ChangeButton change={change} />
          <a class="button quiet" href={clientPath(base, client)}>
            Cancel
          </a>
        </div>
      </ChangeForm>
    </section>,
  )
}

export function clientPath(base: string, { clientId }: Pick<Client, 'clientId'>): string {
  return `${base}/clients/${clientId}`
}

function ChangeForm(props: ChangeProps & { children: Child }) {
  const { base, client, formToken, change, children } = props
  return (
    <form method="post" action={clientPath(base, client) + change.path}>
      <FormToken token={formToken} />
      <Version of={client.version} />
      {change.body}
      {children}
    </form>
  )
}

function ChangeButton({ change }: { change: Change }) {
  return <Submit kind={change.danger ? 'danger' : undefined} label={change.label} />
}
