import { changeAccess } from '../../../actions/clients/change-access.ts'
import { findClient } from '../../../actions/clients/change-client.ts'
import { updateClient } from '../../../actions/clients/update-client.ts'
import type { Client } from '../../../domain/client.ts'
import { formRoute } from '../../forms/run-form.ts'
import { quoted } from '../../kit/as-command.tsx'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../../kit/console-env.ts'
import { type Entered, NOTHING_ENTERED } from '../../kit/field.tsx'
import { formPage } from '../../kit/form-page.tsx'
import { mayManage } from '../../kit/shell.tsx'
import { TitleWords } from '../../kit/title.tsx'
import { versionSeen } from '../../kit/versions.tsx'
import { asSeen } from '../client-request.ts'
import { accessPage } from '../details/access-page.tsx'
import { ClientHead } from '../details/head.tsx'
import { clientPath, crumbsTo } from '../dialogs/change-page.tsx'
import { clientChanged } from '../flash-client.ts'
import { parseAccessChange, parseClientDetails } from '../form-input.ts'
import { AccessFields, readChoices } from './access-fields.tsx'
import { NameFields } from './details-fields.tsx'
import { MoreFields } from './more-fields.tsx'

/** A form about one client. */
type Form = (c: ConsoleContext, client: Client, entered?: Entered) => Promise<Response>

const detailsForm: Form = async (c, client, entered = NOTHING_ENTERED) =>
  formPage(c, {
    ...sharedBy(c, client, entered),
    title: `Edit ${client.name}`,
    heading: <TitleWords of={{ before: 'Edit', name: client.name }} />,
    action: `${clientPath(c.var.base, client)}/details`,
    call: {
      method: 'PATCH',
      path: `/clients/${client.clientId}`,
      body: { client_name: client.name, description: client.description },
      command: `clients edit ${client.clientId} --name ${quoted(client.name)}`,
    },
    children: (
      <>
        <NameFields entered={entered} client={client} />
        <MoreFields entered={entered} client={client} policy={c.var.deps.policy} />
      </>
    ),
  })

const accessForm: Form = async (c, client, entered = NOTHING_ENTERED) => {
  const { base, deps } = c.var
  const choices = await readChoices(deps)
  return formPage(c, {
    ...sharedBy(c, client, entered),
    title: `Access of ${client.name}`,
    head: <ClientHead c={c} client={client} now={deps.now()} tab="access" />,
    action: `${clientPath(base, client)}/access`,
    call: {
      method: 'PUT',
      path: `/clients/${client.clientId}/access`,
      body: { roles: client.roles, permissions: client.permissions },
      command: `clients access set ${client.clientId} ${accessOptions(client)}`,
    },
    children: (
      <>
        <AccessFields entered={entered} choices={choices} given={client} base={base} />
        <ApplyBox entered={entered} />
      </>
    ),
  })
}

/** As options of the command line. */
function accessOptions({ roles, permissions }: Client): string {
  const options = [
    ...roles.map((id) => `--role ${id}`),
    ...permissions.map(({ audience, permission }) => `--permission ${audience}=${permission}`),
  ]
  return options.length > 0 ? options.join(' ') : '--none'
}

function sharedBy(c: ConsoleContext, client: Client, entered: Entered) {
  return {
    section: 'clients' as const,
    crumbs: crumbsTo(c, client),
    version: versionSeen(entered, client.version),
    entered,
    label: 'Save',
    cancel: clientPath(c.var.base, client),
  }
}

function ApplyBox({ entered }: { entered: Entered }) {
  return (
    <label class="choice section">
      <input
        type="checkbox"
        name="apply_to_issued_tokens"
        value="yes"
        checked={entered.values.has('apply_to_issued_tokens')}
      />
      <span>
        Apply to issued tokens
        <span class="hint">
          APIs that ask Portcullis see the change at once. This also revokes all tokens issued until
          now, so that APIs which only read the denylist reject them.
        </span>
      </span>
    </label>
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

/** The form for those who may change it; for others, what the client has. */
async function showAccess(c: ConsoleContext) {
  const client = await findClient(c.var.deps, pathId(c, 'client_id'))
  return mayManage(c) ? accessForm(c, client) : accessPage(c, client)
}

export const clientEditRoutes: ConsoleRoute[] = [
  { method: 'GET', path: DETAILS, right, handle: (c) => show(detailsForm)(c) },
  saveDetails,
  { method: 'GET', path: ACCESS, right: 'clients:read', handle: showAccess },
  saveAccess,
]
