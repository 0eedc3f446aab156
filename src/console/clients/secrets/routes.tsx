import { findClient } from '../../../actions/clients/change-client.ts'
import { createSecret } from '../../../actions/clients/create-secret.ts'
import { deleteSecret } from '../../../actions/clients/delete-secret.ts'
import { replaceUnseenSecret } from '../../../actions/clients/replace-secret.ts'
import { visibleSecrets } from '../../../domain/client.ts'
import { noFields, type Repeat } from '../../forms/form-handler.ts'
import { formRoute } from '../../forms/run-form.ts'
import { changePage } from '../dialogs/change-dialog.tsx'
import { flashOnClient } from '../flash-client.ts'
import { credentialsPage } from './credentials-page.tsx'
import { parseNewSecret } from '../form-input.ts'
import { secretMadeBefore } from './made-before.ts'
import { deleteSecretChange, secretChange } from '../dialogs/secret-changes.tsx'
import { secretPage } from './secret-page.tsx'
import { asSeen, ofClient } from '../client-request.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../../kit/console-env.ts'
import { called, versionSeen } from '../../kit/confirm.tsx'
import { type Entered, withoutValues } from '../../kit/field.tsx'
import { detailsPage, newestDetailsPage } from '../details/routes.tsx'

const ALL = '/clients/:client_id/secrets'
const ONE = `${ALL}/:secret_id`
const right = 'clients:manage'

const add = formRoute({
  path: ALL,
  right,
  parse: (c) => parseNewSecret(c.var.form, c.var.deps.now()),
  run: (c, request, input) => createSecret(c.var.deps, asSeen(c, request), input),
  done: (c, { client, secretText }) => credentialsPage(c, client, secretText),
  repeat: secretMadeBefore,
  show: showNewSecret,
})

async function showNewSecret(c: ConsoleContext, entered: Entered) {
  const { deps } = c.var
  const client = await findClient(deps, pathId(c, 'client_id'))
  const change = secretChange(client, { now: deps.now(), lead: deps.reminderLead }, entered)
  const version = versionSeen(entered, client.version)
  return changePage(c, { ...client, version }, change, entered)
}

/** Replaces a secret that its person may not have seen. */
const replace = formRoute({
  path: `${ONE}/replacement`,
  right,
  parse: noFields,
  run: (c, request) =>
    replaceUnseenSecret(c.var.deps, ofClient(c, request), pathId(c, 'secret_id')),
  done: (c, { client, secretText }) => credentialsPage(c, client, secretText),
  repeat: secretMadeBefore,
  show: showSecret,
})

async function showSecret(c: ConsoleContext, entered?: Entered) {
  const { client, secret } = await found(c)
  if (!secret) return detailsPage(c, client, NO_SECRET, 404)
  return secretPage(c, client, secret, entered && withoutValues(entered))
}

const NO_SECRET = 'That secret does not work any more: it was replaced, ended or deleted.'

async function found(c: ConsoleContext) {
  const { deps } = c.var
  const client = await findClient(deps, pathId(c, 'client_id'))
  const id = pathId(c, 'secret_id')
  const secret = visibleSecrets(client, deps.now()).find(({ secretId }) => secretId === id)
  return { client, secret }
}

const remove = formRoute({
  path: `${ONE}/deletion`,
  right,
  parse: noFields,
  run: async (c, request) => {
    const id = pathId(c, 'secret_id')
    await deleteSecret(c.var.deps, asSeen(c, request), id)
    return { id, at: c.var.deps.now() }
  },
  done: flashDeleted,
  repeat: flashDeleted,
  show: showDeletion,
  conflict: newestDetailsPage,
})

function flashDeleted(c: ConsoleContext, { id, at }: Repeat) {
  return flashOnClient(c, { kind: 'secret.deleted', id, name: called(c.var.form), at })
}

async function showDeletion(c: ConsoleContext, entered: Entered) {
  const { client, secret } = await found(c)
  if (!secret) return detailsPage(c, client, NO_SECRET, 404)
  const change = deleteSecretChange(client, secret, c.var.deps.now())
  const version = versionSeen(entered, client.version)
  return changePage(c, { ...client, version }, change, entered)
}

export const secretRoutes: ConsoleRoute[] = [
  { method: 'GET', path: ONE, right, handle: (c) => showSecret(c) },
  add,
  replace,
  remove,
]
