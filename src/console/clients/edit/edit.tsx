import type { Child } from 'hono/jsx'
import { changeAccess } from '../../../actions/clients/change-access.ts'
import { type ClientRequest, findClient } from '../../../actions/clients/change-client.ts'
import { updateClient } from '../../../actions/clients/update-client.ts'
import type { Client } from '../../../domain/client.ts'
import type { Seconds } from '../../../domain/time.ts'
import { orAgain } from '../../forms/again.ts'
import { AccessFields, readChoices } from './access-fields.tsx'
import { clientPath } from '../dialogs/change-dialog.tsx'
import { LifetimeField, NameFields, SelfRotationField } from './details-fields.tsx'
import { accessChangeIn, clientDetailsIn } from '../form-input.ts'
import { asSeen } from '../stale.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../../kit/console-env.ts'
import type { FlashKind } from '../../forms/banners.ts'
import { tell } from '../../forms/flash.ts'
import { statusOfForm } from '../../kit/form-status.ts'
import { doOnce } from '../../forms/once.ts'
import { Version, versionSeen } from '../../kit/confirm.tsx'
import {
  type Entered,
  FormToken,
  isOvertaken,
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
        <SaveButtons isOvertaken={isOvertaken(entered)} label="Save" href={own + path} />
        <a class="button quiet" href={own}>
          Cancel
        </a>
      </div>
    </form>,
  )
}

const saveDetails = (c: ConsoleContext) =>
  save(c, detailsForm, 'client.updated', (request) =>
    updateClient(c.var.deps, request, clientDetailsIn(c.var.form)),
  )

const saveAccess = (c: ConsoleContext) =>
  save(c, accessForm, 'client.access_changed', (request) =>
    changeAccess(c.var.deps, request, accessChangeIn(c.var.form)),
  )

type Save = (request: ClientRequest) => Promise<Client>

function save(c: ConsoleContext, form: Form, kind: FlashKind, change: Save) {
  const { deps } = c.var
  const report = ({ clientId: id, name }: Client, at: Seconds) =>
    tell(c, `/clients/${id}`, { kind, id, name, at })
  const once = () =>
    doOnce(c, {
      work: async (request) => {
        const client = await change(asSeen(c, request))
        return report(client, client.updatedAt)
      },
      before: async ({ id, at }) => report(await findClient(deps, id), at),
    })
  return orAgain(c, once, (entered) => show(form)(c, entered))
}

function show(form: Form) {
  return async (c: ConsoleContext, entered?: Entered) =>
    form(c, await findClient(c.var.deps, pathId(c, 'client_id')), entered)
}

const [DETAILS, ACCESS] = ['/clients/:client_id/details', '/clients/:client_id/access']
const right = 'clients:manage'

export const clientEditRoutes: ConsoleRoute[] = [
  { method: 'GET', path: DETAILS, right, handle: (c) => show(detailsForm)(c) },
  { method: 'POST', path: DETAILS, right, handle: saveDetails, again: show(detailsForm) },
  { method: 'GET', path: ACCESS, right, handle: (c) => show(accessForm)(c) },
  { method: 'POST', path: ACCESS, right, handle: saveAccess, again: show(accessForm) },
]
