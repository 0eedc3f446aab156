import { findClient } from '../../../actions/clients/change-client.ts'
import { createPublicKey } from '../../../actions/clients/create-public-key.ts'
import { deletePublicKey, findPublicKey } from '../../../actions/clients/delete-public-key.ts'
import type { PublicKey } from '../../../domain/public-key.ts'
import { noFields, type Repeat } from '../../forms/form-handler.ts'
import { formRoute } from '../../forms/run-form.ts'
import { called, versionSeen } from '../../kit/confirm.tsx'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../../kit/console-env.ts'
import type { Entered } from '../../kit/field.tsx'
import { asSeen, ofClient } from '../client-request.ts'
import { detailsPage, newestDetailsPage } from '../details/routes.tsx'
import { changePage } from '../dialogs/change-dialog.tsx'
import { flashOnClient } from '../flash-client.ts'
import { deleteKeyChange } from '../dialogs/key-changes.tsx'
import { keyName } from '../key-name.ts'
import { parseNewKey } from './key-input.ts'
import { keyPage } from './key-page.tsx'
import { newKeyPage } from './new-key-page.tsx'

const ALL = '/clients/:client_id/keys'
const ONE = `${ALL}/:key_id`
const right = 'clients:manage'

async function showNew(c: ConsoleContext, entered?: Entered) {
  return newKeyPage(c, await findClient(c.var.deps, pathId(c, 'client_id')), entered)
}

// It needs no version: another key takes nothing from what someone else has changed.
const add = formRoute({
  path: ALL,
  right,
  parse: (c) => parseNewKey(c.var.form, c.var.deps.now()),
  run: (c, request, input) => createPublicKey(c.var.deps, ofClient(c, request), input),
  done: (c, { key }) => flashAdded(c, key, key.createdAt),
  repeat: async (c, { id, at }) => {
    const client = await findClient(c.var.deps, pathId(c, 'client_id'))
    return flashAdded(c, findPublicKey(client, id), at)
  },
  show: showNew,
})

function flashAdded(c: ConsoleContext, key: PublicKey, at: number) {
  return flashOnClient(c, { kind: 'public_key.created', id: key.keyId, name: keyName(key), at })
}

async function found(c: ConsoleContext) {
  const client = await findClient(c.var.deps, pathId(c, 'client_id'))
  const id = pathId(c, 'key_id')
  return { client, key: client.publicKeys.find(({ keyId }) => keyId === id) }
}

const NO_KEY = 'The client has no such public key: it was deleted.'

async function show(c: ConsoleContext) {
  const { client, key } = await found(c)
  return key ? keyPage(c, client, key) : detailsPage(c, client, NO_KEY, 404)
}

const remove = formRoute({
  path: `${ONE}/deletion`,
  right,
  parse: noFields,
  run: async (c, request) => {
    const id = pathId(c, 'key_id')
    await deletePublicKey(c.var.deps, asSeen(c, request), id)
    return { id, at: c.var.deps.now() }
  },
  done: flashDeleted,
  repeat: flashDeleted,
  show: showDeletion,
  conflict: newestDetailsPage,
})

function flashDeleted(c: ConsoleContext, { id, at }: Repeat) {
  return flashOnClient(c, { kind: 'public_key.deleted', id, name: called(c.var.form), at })
}

async function showDeletion(c: ConsoleContext, entered: Entered) {
  const { client, key } = await found(c)
  if (!key) return detailsPage(c, client, NO_KEY, 404)
  const version = versionSeen(entered, client.version)
  const change = deleteKeyChange(client, key, c.var.deps.now())
  return changePage(c, { ...client, version }, change, entered)
}

export const keyRoutes: ConsoleRoute[] = [
  { method: 'GET', path: `${ALL}/new`, right, handle: (c) => showNew(c) },
  { method: 'GET', path: ONE, right: 'clients:read', handle: show },
  add,
  remove,
]
