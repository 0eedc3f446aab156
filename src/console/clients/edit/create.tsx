import { findClient } from '../../../actions/clients/change-client.ts'
import { copyOf } from '../../../actions/clients/duplicate-client.ts'
import { type NewClient, createClient } from '../../../actions/clients/create-client.ts'
import { formRoute } from '../../forms/run-form.ts'
import { AccessFields, readChoices } from './access-fields.tsx'
import { LifetimeField, NameFields, SelfRotationField } from './details-fields.tsx'
import { parseNewClient } from '../form-input.ts'
import { SecretFields } from '../dialogs/secret-fields.tsx'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../../kit/console-env.ts'
import { statusOfForm } from '../../kit/form-status.ts'
import { type Entered, FormToken, NOTHING_ENTERED, Problems } from '../../kit/field.tsx'
import { Submit } from '../../kit/submit.tsx'
import { page } from '../../kit/shell.tsx'
import { credentialsPage } from '../secrets/credentials-page.tsx'
import { clientMadeBefore } from '../secrets/made-before.ts'

const NOTHING: NewClient = { name: '', roles: [], permissions: [] }

/** The form: empty, filled in from another client, or with what was typed before. */
async function form(
  c: ConsoleContext,
  title: string,
  from: NewClient,
  entered: Entered = NOTHING_ENTERED,
) {
  const { base, deps, formToken } = c.var
  const choices = await readChoices(deps)
  const secret = { now: deps.now(), lead: deps.reminderLead, remind: from.secret?.remind ?? true }
  return page(
    c,
    { title, section: 'clients', status: statusOfForm(entered) },
    <form method="post" action={`${base}/clients`} class="narrow">
      <h1>{title}</h1>
      <Problems entered={entered} />
      <FormToken token={formToken} />
      <section class="card">
        <NameFields entered={entered} client={from} />
        <SecretFields entered={entered} errorName="secret.expires_on" {...secret} />
        <SelfRotationField entered={entered} client={from} />
        <LifetimeField entered={entered} client={from} />
      </section>
      <section class="card">
        <h2>API access</h2>
        <p class="hint">What it may do. It can be changed later.</p>
        <AccessFields entered={entered} choices={choices} given={from} base={base} />
      </section>
      <div class="actions">
        <Submit label="Create API client" />
        <a class="button quiet" href={`${base}/clients`}>
          Cancel
        </a>
      </div>
    </form>,
  )
}

const showNew = (c: ConsoleContext) => form(c, 'Create API client', NOTHING)

async function showDuplicate(c: ConsoleContext) {
  const original = await findClient(c.var.deps, pathId(c, 'client_id'))
  return form(c, 'Duplicate API client', copyOf(original))
}

const right = 'clients:manage'

const create = formRoute({
  path: '/clients',
  right,
  parse: (c) => parseNewClient(c.var.form, c.var.deps.now()),
  run: (c, request, input) => createClient(c.var.deps, request, input),
  done: (c, { client, secretText }) => credentialsPage(c, client, secretText ?? ''),
  repeat: clientMadeBefore,
  show: (c, entered) => form(c, 'Create API client', NOTHING, entered),
})

export const clientCreateRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/clients/new', right, handle: showNew },
  create,
  { method: 'GET', path: '/clients/:client_id/duplicate', right, handle: showDuplicate },
]
