import type { Flash } from '../../forms/banners.ts'
import { findClient } from '../../../actions/clients/change-client.ts'
import { createSecret } from '../../../actions/clients/create-secret.ts'
import { deleteSecret } from '../../../actions/clients/delete-secret.ts'
import { replaceUnseenSecret } from '../../../actions/clients/replace-secret.ts'
import { visibleSecrets } from '../../../domain/client.ts'
import { orAgain } from '../../forms/again.ts'
import { changePage } from '../dialogs/change-dialog.tsx'
import { credentialsPage } from './credentials-page.tsx'
import { newSecretIn } from '../form-input.ts'
import { secretMadeBefore } from './made-before.ts'
import { deleteSecretChange, secretChange } from '../dialogs/secret-changes.tsx'
import { secretPage } from './secret-page.tsx'
import { asSeen, orNewest } from '../stale.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../../kit/console-env.ts'
import { tell } from '../../forms/flash.ts'
import { type DoneBefore, doOnce } from '../../forms/once.ts'
import { called, versionSeen } from '../../kit/confirm.tsx'
import { type Entered, withoutValues } from '../../kit/field.tsx'
import { detailsPage } from '../details/routes.tsx'

function add(c: ConsoleContext) {
  const { deps, form } = c.var
  const once = () =>
    doOnce(c, {
      work: async (request) => {
        const input = newSecretIn(form, deps.now())
        const { client, secretText } = await createSecret(deps, asSeen(c, request), input)
        return credentialsPage(c, client, secretText)
      },
      before: (done) => secretMadeBefore(c, done),
    })
  return orAgain(c, once, (entered) => addAgain(c, entered))
}

async function addAgain(c: ConsoleContext, entered: Entered) {
  const { deps } = c.var
  const client = await findClient(deps, pathId(c, 'client_id'))
  const change = secretChange(client, { now: deps.now(), lead: deps.reminderLead }, entered)
  return changePage(
    c,
    { ...client, version: versionSeen(entered, client.version) },
    change,
    entered,
  )
}

/** Replaces a secret that its person may not have seen. */
function replace(c: ConsoleContext) {
  const once = () =>
    doOnce(c, {
      work: async (request) => {
        const of = { ...request, clientId: pathId(c, 'client_id') }
        const { deps } = c.var
        const { client, secretText } = await replaceUnseenSecret(deps, of, pathId(c, 'secret_id'))
        return credentialsPage(c, client, secretText)
      },
      before: (done) => secretMadeBefore(c, done),
    })
  return orAgain(c, once, (entered) => replaceAgain(c, entered))
}

async function replaceAgain(c: ConsoleContext, entered?: Entered) {
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

function remove(c: ConsoleContext) {
  const { deps, form } = c.var
  const report = ({ id, at }: DoneBefore) => {
    const flash: Flash = { kind: 'secret.deleted', id, name: called(form), at }
    return tell(c, `/clients/${pathId(c, 'client_id')}`, flash)
  }
  const once = () =>
    doOnce(c, {
      work: async (request) => {
        const id = pathId(c, 'secret_id')
        await deleteSecret(deps, asSeen(c, request), id)
        return report({ id, at: deps.now() })
      },
      before: report,
    })
  return orNewest(c, once, (client, note) => detailsPage(c, client, note))
}

async function removeAgain(c: ConsoleContext, entered: Entered) {
  const { client, secret } = await found(c)
  if (!secret) return detailsPage(c, client, NO_SECRET, 404)
  const change = deleteSecretChange(client, secret, c.var.deps.now())
  return changePage(
    c,
    { ...client, version: versionSeen(entered, client.version) },
    change,
    entered,
  )
}

const ALL = '/clients/:client_id/secrets'
const ONE = `${ALL}/:secret_id`
const right = 'clients:manage'

export const secretRoutes: ConsoleRoute[] = [
  { method: 'GET', path: ONE, right, handle: (c) => replaceAgain(c) },
  { method: 'POST', path: ALL, right, handle: add, again: addAgain },
  { method: 'POST', path: `${ONE}/replacement`, right, handle: replace, again: replaceAgain },
  { method: 'POST', path: `${ONE}/deletion`, right, handle: remove, again: removeAgain },
]
