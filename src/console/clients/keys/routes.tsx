import { findClient } from '../../../actions/clients/change-client.ts'
import { createPublicKey } from '../../../actions/clients/create-public-key.ts'
import { deletePublicKey } from '../../../actions/clients/delete-public-key.ts'
import type { Client } from '../../../domain/client.ts'
import { requireAllowed } from '../../../domain/policy.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../../kit/console-env.ts'
import type { Entered } from '../../kit/field.tsx'
import { question } from '../../forms/question.ts'
import { additionForm, deletionForm, findInPath } from '../credential-forms.ts'
import { detailsPage } from '../details/routes.tsx'
import { deleteKeyChange } from '../dialogs/key-changes.tsx'
import { keyName } from '../key-name.ts'
import { parseNewKey } from './key-input.ts'
import { keyPage } from './key-page.tsx'
import { newKeyPage } from './new-key-page.tsx'

const right = 'clients:manage'

const KIND = {
  all: '/clients/:client_id/keys',
  param: 'key_id',
  find: ({ publicKeys }: Client, id: string) => publicKeys.find(({ keyId }) => keyId === id),
  gone: 'The client has no such public key: it was deleted.',
  flash: 'public_key' as const,
  remove: deletePublicKey,
  deletion: deleteKeyChange,
}

async function showNew(c: ConsoleContext, entered?: Entered) {
  requireAllowed(c.var.deps.policy, 'public_key')
  return newKeyPage(c, await findClient(c.var.deps, pathId(c, 'client_id')), entered)
}

const add = additionForm(KIND, {
  parse: (c) => parseNewKey(c.var.form, c.var.deps.now()),
  show: showNew,
  create: async (deps, request, input) => (await createPublicKey(deps, request, input)).key,
  idOf: ({ keyId }) => keyId,
  nameOf: keyName,
})

async function show(c: ConsoleContext) {
  const { client, one } = await findInPath(c, KIND)
  return one ? keyPage(c, client, one) : detailsPage(c, client, KIND.gone, 404)
}

const deletion = deletionForm(KIND)

export const keyRoutes: ConsoleRoute[] = [
  { method: 'GET', path: `${KIND.all}/new`, right, handle: (c) => showNew(c) },
  { method: 'GET', path: `${KIND.all}/:${KIND.param}`, right: 'clients:read', handle: show },
  add,
  question(deletion),
  deletion,
]
