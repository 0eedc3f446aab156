import { findClient } from '../../../actions/clients/change-client.ts'
import { createFederatedCredential } from '../../../actions/clients/create-federated-credential.ts'
import { deleteFederatedCredential } from '../../../actions/clients/delete-federated-credential.ts'
import type { Client } from '../../../domain/client.ts'
import { workloadName } from '../../kit/condition-words.ts'
import { requireAllowed } from '../../../domain/policy.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../../kit/console-env.ts'
import type { Entered } from '../../kit/field.tsx'
import { question } from '../../forms/question.ts'
import { additionForm, deletionForm } from '../credential-forms.ts'
import { deleteWorkloadChange } from '../dialogs/workload-changes.tsx'
import { newWorkloadPage } from './new-workload-page.tsx'
import { parseNewWorkload } from './workload-input.ts'

const right = 'clients:manage'

const KIND = {
  all: '/clients/:client_id/workloads',
  param: 'credential_id',
  find: ({ federatedCredentials: rules }: Client, id: string) =>
    rules.find(({ credentialId }) => credentialId === id),
  gone: 'The client has no such federated credential: it was deleted.',
  flash: 'federated_credential' as const,
  remove: deleteFederatedCredential,
  deletion: deleteWorkloadChange,
}

async function showNew(c: ConsoleContext, entered?: Entered) {
  const { deps } = c.var
  requireAllowed(deps.policy, 'federated_credential')
  const client = await findClient(deps, pathId(c, 'client_id'))
  return newWorkloadPage(c, { client, issuers: await deps.issuers.list() }, entered)
}

const add = additionForm(KIND, {
  parse: (c) => parseNewWorkload(c.var.form, c.var.deps.now()),
  show: showNew,
  create: async (deps, request, input) =>
    (await createFederatedCredential(deps, request, input)).credential,
  idOf: ({ credentialId }) => credentialId,
  nameOf: workloadName,
})

const deletion = deletionForm(KIND)

export const workloadRoutes: ConsoleRoute[] = [
  { method: 'GET', path: `${KIND.all}/new`, right, handle: (c) => showNew(c) },
  add,
  question(deletion),
  deletion,
]
