import { type ClientRequest, findClient } from '../../actions/clients/change-client.ts'
import type { Client } from '../../domain/client.ts'
import type { Deps } from '../../domain/deps.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Seconds } from '../../domain/time.ts'
import { type FormHandler, noFields, type Repeat } from '../forms/form-handler.ts'
import { formRoute } from '../forms/run-form.ts'
import { called, versionSeen } from '../kit/versions.tsx'
import { type ConsoleContext, type ConsoleForm, pathId } from '../kit/console-env.ts'
import type { Entered } from '../kit/field.tsx'
import { asSeen, ofClient } from './client-request.ts'
import { detailsPage, newestDetailsPage } from './details/routes.tsx'
import { type Change, changePage } from './dialogs/change-page.tsx'
import { flashOnClient } from './flash-client.ts'

/** A kind of credential, as the forms that add and delete one see it. */
type CredentialKind<One> = {
  /** The path of all of them, beneath `/console`, and the parameter after it that names one. */
  all: string
  param: string
  find: (client: Client, id: string, now: Seconds) => One | undefined
  /** Said of one that is not there. */
  gone: string
  /** The kinds of flash messages are `<flash>.created` and `<flash>.deleted`. */
  flash: 'secret' | 'public_key' | 'federated_credential' | 'certificate'
  remove: (deps: Deps, request: ClientRequest, id: string) => Promise<void>
  deletion: (client: Client, one: One, now: Seconds) => Change
}

const right = 'clients:manage'

/** The client of the path, and its credential if it has that. */
export async function findInPath<One>(
  c: ConsoleContext,
  { find, param }: Pick<CredentialKind<One>, 'find' | 'param'>,
): Promise<{ client: Client; one: One | undefined }> {
  const client = await findClient(c.var.deps, pathId(c, 'client_id'))
  return { client, one: find(client, pathId(c, param), c.var.deps.now()) }
}

/** The form that deletes one, as it was seen. */
export function deletionForm<One>(kind: CredentialKind<One>): ConsoleForm {
  const done = (c: ConsoleContext, { id, at }: Repeat) =>
    flashOnClient(c, { kind: `${kind.flash}.deleted`, id, name: called(c.var.form), at })
  return formRoute({
    path: `${kind.all}/:${kind.param}/deletion`,
    right,
    parse: noFields,
    run: async (c, request) => {
      const id = pathId(c, kind.param)
      await kind.remove(c.var.deps, asSeen(c, request), id)
      return { id, at: c.var.deps.now() }
    },
    done,
    repeat: done,
    show: (c, entered) => showDeletion(c, kind, entered),
    conflict: newestDetailsPage,
  })
}

async function showDeletion<One>(c: ConsoleContext, kind: CredentialKind<One>, entered: Entered) {
  const { client, one } = await findInPath(c, kind)
  if (one === undefined) return detailsPage(c, client, kind.gone, 404)
  const version = versionSeen(entered, client.version)
  const change = kind.deletion(client, one, c.var.deps.now())
  return changePage(c, { ...client, version }, change, entered)
}

type Addition<One, Input> = Pick<FormHandler<Input, One>, 'parse' | 'show'> & {
  create: (deps: Deps, request: ClientRequest, input: Input) => Promise<One>
  idOf: (one: One) => string
  nameOf: (one: One) => string
}

type AddedKind<One> = Pick<CredentialKind<One>, 'all' | 'find' | 'gone'> & {
  flash: Exclude<CredentialKind<One>['flash'], 'secret'>
}

/**
 * The form that adds one. It needs no version: another credential takes nothing from what someone
 * else has changed.
 */
export function additionForm<One extends { createdAt: Seconds }, Input>(
  { all, find, flash, gone }: AddedKind<One>,
  { parse, show, create, idOf, nameOf }: Addition<One, Input>,
): ConsoleForm {
  const added = (c: ConsoleContext, one: One, at: Seconds) =>
    flashOnClient(c, { kind: `${flash}.created`, id: idOf(one), name: nameOf(one), at })
  return formRoute({
    path: all,
    right,
    parse,
    run: (c, request, input) => create(c.var.deps, ofClient(c, request), input),
    done: (c, one) => added(c, one, one.createdAt),
    repeat: async (c, { id, at }) => {
      const client = await findClient(c.var.deps, pathId(c, 'client_id'))
      const one = find(client, id, at)
      if (one === undefined) throw new Refusal('not_found', gone)
      return added(c, one, at)
    },
    show,
  })
}
