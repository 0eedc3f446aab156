import { type Child, Fragment, h } from '../html.ts'
import { changeAccess } from '../../actions/change-access.ts'
import { findClient } from '../../actions/change-client.ts'
import { updateClient } from '../../actions/update-client.ts'
import type { Client } from '../../domain/client.ts'
import { orAgain } from '../again.ts'
import { AccessFields, readChoices } from '../clients/access-fields.tsx'
import { clientPath } from '../clients/change.tsx'
import { LifetimeField, NameFields, SelfRotationField } from '../clients/details-fields.tsx'
import { accessChangeIn, clientDetailsIn } from '../clients/form-input.ts'
import { clientRequestAsSeen, orNewest } from '../clients/stale.ts'
import { type ConsoleContext, type ConsoleRoute, goTo, pathId } from '../door.ts'
import { statusOfForm } from '../form-status.ts'
import { Alert } from '../parts/alert.tsx'
import { Version } from '../parts/confirm.tsx'
import { type Entered, FormToken, NOTHING_ENTERED, Problems } from '../parts/field.tsx'
import { page } from '../shell.tsx'

/** A form about one client; where the client changed since, what it is now, with a note. */
type Form = (
  c: ConsoleContext,
  client: Client,
  entered?: Entered,
  note?: string,
) => Promise<Response>

const detailsForm: Form = async (c, client, entered = NOTHING_ENTERED, note) =>
  formPage(c, client, {
    title: 'Edit details',
    path: '/details',
    entered,
    note,
    fields: (
      <>
        <NameFields entered={entered} client={client} />
        <SelfRotationField entered={entered} client={client} />
        <LifetimeField entered={entered} client={client} />
      </>
    ),
  })

const accessForm: Form = async (c, client, entered = NOTHING_ENTERED, note) => {
  const { base, deps } = c.var
  const choices = await readChoices(deps)
  return formPage(c, client, {
    title: 'Edit API access',
    path: '/access',
    entered,
    note,
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
  note: string | undefined
  fields: Child
}

function formPage(c: ConsoleContext, client: Client, props: FormProps) {
  const { title, path, entered, note, fields } = props
  const own = clientPath(c.var.base, client)
  const status = note ? 412 : statusOfForm(entered)
  return page(
    c,
    { title, section: 'clients', status },
    <form method="post" action={own + path} class="narrow">
      <h1>{title}</h1>
      <p>
        Of <bdi>{client.name}</bdi>
      </p>
      {note && (
        <Alert>
          <p>{note}</p>
        </Alert>
      )}
      <Problems entered={entered} />
      <FormToken token={c.var.formToken} />
      <Version of={client.version} />
      <section class="card">{fields}</section>
      <div class="actions">
        <button type="submit">Save</button>
        <a class="button quiet" href={own}>
          Cancel
        </a>
      </div>
    </form>,
  )
}

const saveDetails = (c: ConsoleContext) =>
  save(c, detailsForm, async () => {
    await updateClient(c.var.deps, clientRequestAsSeen(c), clientDetailsIn(c.var.form))
    return 'updated'
  })

const saveAccess = (c: ConsoleContext) =>
  save(c, accessForm, async () => {
    await changeAccess(c.var.deps, clientRequestAsSeen(c), accessChangeIn(c.var.form))
    return 'access'
  })

function save(c: ConsoleContext, form: Form, change: () => Promise<string>) {
  const clientId = pathId(c, 'client_id')
  const work = async () => goTo(c, `/clients/${clientId}`, await change())
  const again = async (entered: Entered) => {
    const version = Number(entered.values.get('version'))
    return form(c, { ...(await findClient(c.var.deps, clientId)), version }, entered)
  }
  return orNewest(
    c,
    () => orAgain(c, work, again),
    (client, note) => form(c, client, undefined, note),
  )
}

function show(form: Form) {
  return async (c: ConsoleContext) => form(c, await findClient(c.var.deps, pathId(c, 'client_id')))
}

const [DETAILS, ACCESS] = ['/clients/:client_id/details', '/clients/:client_id/access']
const right = 'clients:manage'

export const clientEditRoutes: ConsoleRoute[] = [
  { method: 'GET', path: DETAILS, right, handle: show(detailsForm) },
  { method: 'POST', path: DETAILS, right, handle: saveDetails },
  { method: 'GET', path: ACCESS, right, handle: show(accessForm) },
  { method: 'POST', path: ACCESS, right, handle: saveAccess },
]
