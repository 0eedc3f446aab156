import { findClient } from '../../actions/clients/change-client.ts'
import { deleteClient } from '../../actions/clients/delete-client.ts'
import { resumeClient } from '../../actions/clients/resume-client.ts'
import { revokeClientTokens } from '../../actions/clients/revoke-client-tokens.ts'
import { suspendClient } from '../../actions/clients/suspend-client.ts'
import type { Client } from '../../domain/client.ts'
import { invalidField } from '../../domain/errors.ts'
import { checked } from '../../web/checked.ts'
import { suspensionSchema } from '../../web/schemas.ts'
import { orAgain } from '../forms/again.ts'
import { type Change, changePage } from './dialogs/change-dialog.tsx'
import {
  deleteChange,
  resumeChange,
  revokeTokensChange,
  suspendChange,
} from './dialogs/client-changes.tsx'
import { asSeen, ofClient, orNewest } from './stale.ts'
import {
  type ConsoleContext,
  type ConsoleRoute,
  consoleRequest,
  pathId,
} from '../kit/console-env.ts'
import { type FlashKind, SUSPENDED_AT } from '../forms/banners.ts'
import { tell } from '../forms/flash.ts'
import { type DoneBefore, doOnce } from '../forms/once.ts'
import { called, versionSeen } from '../kit/confirm.tsx'
import { type Entered, NOTHING_ENTERED } from '../kit/field.tsx'
import { detailsPage } from './details/routes.tsx'

// A suspension asks for no version: a change of a name must not make it fail. Lifting it asks for
// the suspension that was seen. Both are carried out however often they are sent: a repeat finds it
// done, and one that comes after somebody undid it is meant.

function suspend(c: ConsoleContext) {
  const work = async () => {
    const typed = c.var.form.get('reason')?.trim()
    const { reason } = checked(typed ? { reason: typed } : {}, suspensionSchema)
    const client = await suspendClient(c.var.deps, ofClient(c, consoleRequest(c)), reason)
    const isOurs = (client.suspension?.reason ?? undefined) === reason
    const kind = isOurs || !reason ? 'client.suspended' : 'client.suspended_before'
    return toClient(c, kind, client, client.suspension?.at ?? 0)
  }
  return orAgain(c, work, (entered) => suspendAgain(c, entered))
}

const suspendAgain = shownWith((_client, entered) => suspendChange(entered))

/** Suggests the reason of the suspension that was lifted last. */
async function askToSuspend(c: ConsoleContext) {
  const { deps } = c.var
  const client = await findClient(deps, pathId(c, 'client_id'))
  if (client.suspension) return detailsPage(c, client)
  const query = { clientId: client.clientId, action: 'client.suspended' as const }
  const [last] = await deps.auditEvents.list({ ...query, limit: 1, after: null })
  return changePage(c, client, suspendChange(NOTHING_ENTERED, last?.reason), NOTHING_ENTERED)
}

function resume(c: ConsoleContext) {
  const seen = Number(c.var.form.get(SUSPENDED_AT))
  const work = async () => {
    const client = await resumeClient(c.var.deps, ofClient(c, consoleRequest(c)), seen)
    return toClient(c, 'client.resumed', client)
  }
  return orNewest(c, work, (client, note) => detailsPage(c, client, note))
}

const resumeAgain = shownWith((client, _entered, c) =>
  client.suspension ? resumeChange(client, c.var.deps.now()) : null,
)

function revokeTokens(c: ConsoleContext) {
  return doOnce(c, {
    work: async (request) => {
      const client = await revokeClientTokens(c.var.deps, ofClient(c, request))
      return toClient(c, 'client.tokens_revoked', client)
    },
    before: async ({ id, at }) =>
      toClient(c, 'client.tokens_revoked', await findClient(c.var.deps, id), at),
  })
}

function remove(c: ConsoleContext) {
  const { deps, form } = c.var
  const report = ({ id, at }: DoneBefore) =>
    tell(c, '/clients', { kind: 'client.deleted', id, name: called(form), at })
  const work = () =>
    doOnce(c, {
      work: async (request) => {
        const client = await findClient(deps, pathId(c, 'client_id'))
        if (asTyped(form.get('confirm') ?? '') !== asTyped(client.name)) {
          throw invalidField('confirm', `must be the name of the client: ${client.name}`)
        }
        await deleteClient(deps, asSeen(c, request))
        return report({ id: client.clientId, at: deps.now() })
      },
      before: report,
    })
  return orAgain(c, work, (entered) => removeAgain(c, entered))
}

const removeAgain = shownWith(deleteChange)

/** Normalized as a page shows it and a person types it. */
function asTyped(name: string): string {
  return name.normalize('NFC').replaceAll(/\s+/g, ' ').trim()
}

function toClient(c: ConsoleContext, kind: FlashKind, client: Client, at = client.updatedAt) {
  const { clientId: id, name } = client
  return tell(c, `/clients/${id}`, { kind, id, name, at })
}

type ChangeOf = (client: Client, entered: Entered, c: ConsoleContext) => Change | null

/** Shows a change again, as a page of its own; or the client, if there is nothing left to ask. */
function shownWith(changeOf: ChangeOf) {
  return async (c: ConsoleContext, entered: Entered) => {
    const client = await findClient(c.var.deps, pathId(c, 'client_id'))
    const change = changeOf(client, entered, c)
    if (!change) return detailsPage(c, client, 'There is nothing to be done any more.')
    const version = versionSeen(entered, client.version)
    return changePage(c, { ...client, version }, change, entered)
  }
}

const revokeAgain = shownWith(revokeTokensChange)

const ONE = '/clients/:client_id'
const right = 'clients:manage'

export const clientChangeRoutes: ConsoleRoute[] = [
  { method: 'GET', path: `${ONE}/suspension`, right, handle: askToSuspend },
  { method: 'POST', path: `${ONE}/suspension`, right, handle: suspend, again: suspendAgain },
  { method: 'POST', path: `${ONE}/resumption`, right, handle: resume, again: resumeAgain },
  {
    method: 'POST',
    path: `${ONE}/token-revocation`,
    right,
    handle: revokeTokens,
    again: revokeAgain,
  },
  { method: 'POST', path: `${ONE}/deletion`, right, handle: remove, again: removeAgain },
]
