import { findClient } from '../../../actions/clients/change-client.ts'
import { createFederatedCredential } from '../../../actions/clients/create-federated-credential.ts'
import {
  deleteFederatedCredential,
  findFederatedCredential,
} from '../../../actions/clients/delete-federated-credential.ts'
import type { FederatedCredential } from '../../../domain/federation.ts'
import { noFields, type Repeat } from '../../forms/form-handler.ts'
import { formRoute } from '../../forms/run-form.ts'
import { workloadName } from '../../kit/condition-words.ts'
import { called, versionSeen } from '../../kit/confirm.tsx'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../../kit/console-env.ts'
import type { Entered } from '../../kit/field.tsx'
import { asSeen, ofClient } from '../client-request.ts'
import { detailsPage, newestDetailsPage } from '../details/routes.tsx'
import { changePage } from '../dialogs/change-dialog.tsx'
import { flashOnClient } from '../flash-client.ts'
import { deleteWorkloadChange } from '../dialogs/workload-changes.tsx'
import { newWorkloadPage } from './new-workload-page.tsx'
import { parseNewWorkload } from './workload-input.ts'

const ALL = '/clients/:client_id/workloads'
const right = 'clients:manage'

async function showNew(c: ConsoleContext, entered?: Entered) {
  const { deps } = c.var
  const client = await findClient(deps, pathId(c, 'client_id'))
  return newWorkloadPage(c, { client, issuers: await deps.issuers.list() }, entered)
}

// It needs no version: another rule takes nothing from what someone else has changed.
const add = formRoute({
  path: ALL,
  right,
  parse: (c) => parseNewWorkload(c.var.form, c.var.deps.now()),
  run: (c, request, input) => createFederatedCredential(c.var.deps, ofClient(c, request), input),
  done: (c, { credential }) => flashAdded(c, credential, credential.createdAt),
  repeat: async (c, { id, at }) => {
    const client = await findClient(c.var.deps, pathId(c, 'client_id'))
    return flashAdded(c, findFederatedCredential(client, id), at)
  },
  show: showNew,
})

function flashAdded(c: ConsoleContext, rule: FederatedCredential, at: number) {
  const name = workloadName(rule)
  return flashOnClient(c, { kind: 'federated_credential.created', id: rule.credentialId, name, at })
}

const remove = formRoute({
  path: `${ALL}/:credential_id/deletion`,
  right,
  parse: noFields,
  run: async (c, request) => {
    const id = pathId(c, 'credential_id')
    await deleteFederatedCredential(c.var.deps, asSeen(c, request), id)
    return { id, at: c.var.deps.now() }
  },
  done: flashDeleted,
  repeat: flashDeleted,
  show: showDeletion,
  conflict: newestDetailsPage,
})

function flashDeleted(c: ConsoleContext, { id, at }: Repeat) {
  const name = called(c.var.form)
  return flashOnClient(c, { kind: 'federated_credential.deleted', id, name, at })
}

const NO_RULE = 'The client has no such federated credential: it was deleted.'

async function showDeletion(c: ConsoleContext, entered: Entered) {
  const client = await findClient(c.var.deps, pathId(c, 'client_id'))
  const id = pathId(c, 'credential_id')
  const rule = client.federatedCredentials.find(({ credentialId }) => credentialId === id)
  if (!rule) return detailsPage(c, client, NO_RULE, 404)
  const version = versionSeen(entered, client.version)
  const change = deleteWorkloadChange(client, rule, c.var.deps.now())
  return changePage(c, { ...client, version }, change, entered)
}

export const workloadRoutes: ConsoleRoute[] = [
  { method: 'GET', path: `${ALL}/new`, right, handle: (c) => showNew(c) },
  add,
  remove,
]
