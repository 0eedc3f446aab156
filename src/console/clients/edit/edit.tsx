import type { Child } from 'hono/jsx'
import { changeAccess } from '../../../actions/clients/change-access.ts'
import { findClient } from '../../../actions/clients/change-client.ts'
import { updateClient } from '../../../actions/clients/update-client.ts'
import type { Client } from '../../../domain/client.ts'
import { formRoute } from '../../forms/run-form.ts'
import { AccessFields, readChoices } from './access-fields.tsx'
import { clientPath } from '../dialogs/change-dialog.tsx'
import { LifetimeField, NameFields, SelfRotationField } from './details-fields.tsx'
import { AudienceField, BindingField, ProfileField } from './security-fields.tsx'
import { parseAccessChange, parseClientDetails } from '../form-input.ts'
import { asSeen } from '../client-request.ts'
import { clientChanged } from '../flash-client.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../../kit/console-env.ts'
import { statusOfForm } from '../../kit/form-status.ts'
import { Version, versionSeen } from '../../kit/confirm.tsx'
import {
  type Entered,
  FormToken,
  hasConflict,
  NOTHING_ENTERED,
  Problems,
} from '../../kit/field.tsx'
import { SaveButtons } from '../../kit/submit.tsx'
import { page } from '../../kit/shell.tsx'

/** A form about one client. */
type Form = (c: ConsoleContext, client: Client, entered?: Entered) => Promise<Response>

const detailsForm: Form = async (c, client, entered = NOTHING_ENTERED) =>
  formPage(c, client, {
    title: 'Edit details',
    path: '/details',
    entered,
    fields: (
      <>
        <NameFields entered={entered} client={client} />
        <SelfRotationField entered={entered} client={client} />
        <LifetimeField entered={entered} client={client} />
        <AudienceField entered={entered} client={client} />
        <BindingField entered={entered} client={client} />
        <ProfileField entered={entered} client={client} />
      </>
    ),
  })

const accessForm: Form = async (c, client, entered = NOTHING_ENTERED) => {
  const { base, deps } = c.var
  const choices = await readChoices(deps)
  return formPage(c, client, {
    title: 'Edit API access',
    path: '/access',
    entered,
    fields: (
      <>
        <AccessFields entered={entered} choices={choices} given={client} base={base} />
        <label class="choice">
          <input
            type="checkbox"
            name="apply_to_issued_tokens"
            value="yes"
            checked={entered.values.has('apply_to_issued_tokens')}
          />
          <span>
            Apply to issued tokens
            <span class="hint">
              APIs that ask Portcullis see at once what an issued token may still do. This revokes
              all issued until now, so that APIs which read only the denylist refuse them too.
            </span>
          </span>
        </label>
      </>
    ),
  })
}

type FormProps = {
  title: string
  path: string
  entered: Entered
  fields: Child
}

function formPage(c: ConsoleContext, client: Client, props: FormProps) {
  const { title, path, entered, fields } = props
  const own = clientPath(c.var.base, client)
  return page(
    c,
    { title, section: 'clients', status: statusOfForm(entered) },
    <form method="post" action={own + path} class="narrow">
      <h1>{title}</h1>
      <p>
        Of <bdi>{client.name}</bdi>
      </p>
      <Problems entered={entered} />
      <FormToken token={c.var.formToken} />
      <Version of={versionSeen(entered, client.version)} />
      <section class="card">{fields}</section>
      <div class="actions">
        <SaveButtons hasConflict={hasConflict(entered)} label="Save" href={own + path} />
        <a class="button quiet" href={own}>
          Cancel
        </a>
      </div>
    </form>,
  )
}

function show(form: Form) {
  return async (c: ConsoleContext, entered?: Entered) =>
    form(c, await findClient(c.var.deps, pathId(c, 'client_id')), entered)
}

const [DETAILS, ACCESS] = ['/clients/:client_id/details', '/clients/:client_id/access']
const right = 'clients:manage'

const saveDetails = formRoute({
  path: DETAILS,
  right,
  parse: (c) => parseClientDetails(c.var.form),
  run: (c, request, input) => updateClient(c.var.deps, asSeen(c, request), input),
  ...clientChanged('client.updated'),
  show: show(detailsForm),
})

const saveAccess = formRoute({
  path: ACCESS,
  right,
  parse: (c) => parseAccessChange(c.var.form),
  run: (c, request, input) => changeAccess(c.var.deps, asSeen(c, request), input),
  ...clientChanged('client.access_changed'),
  show: show(accessForm),
})

export const clientEditRoutes: ConsoleRoute[] = [
  { method: 'GET', path: DETAILS, right, handle: (c) => show(detailsForm)(c) },
  saveDetails,
  { method: 'GET', path: ACCESS, right, handle: (c) => show(accessForm)(c) },
  saveAccess,
]
