import { findClient } from '../../actions/clients/change-client.ts'
import { deleteClient } from '../../actions/clients/delete-client.ts'
import { resumeClient } from '../../actions/clients/resume-client.ts'
import { revokeClientTokens } from '../../actions/clients/revoke-client-tokens.ts'
import { suspendClient } from '../../actions/clients/suspend-client.ts'
import type { Client } from '../../domain/client.ts'
import { invalidField } from '../../domain/errors.ts'
import { parse } from '../../web/parse.ts'
import { suspensionSchema } from '../../web/schemas.ts'
import { type Change, changePage } from './dialogs/change-page.tsx'
import {
  deleteChange,
  resumeChange,
  revokeTokensChange,
  suspendChange,
} from './dialogs/client-changes.tsx'
import { asSeen, ofClient } from './client-request.ts'
import { clientChanged, flashClient } from './flash-client.ts'
import { type Flash, SUSPENDED_AT } from '../forms/banners.ts'
import { redirectWithFlash } from '../forms/flash.ts'
import { noFields, type Repeat } from '../forms/form-handler.ts'
import { question } from '../forms/question.ts'
import { formRoute } from '../forms/run-form.ts'
import {
  type ConsoleContext,
  type ConsoleRoute,
  pathId,
  type ShowForm,
} from '../kit/console-env.ts'
import { called, versionSeen } from '../kit/versions.tsx'
import { type Entered, NOTHING_ENTERED } from '../kit/field.tsx'
import { detailsPage, newestDetailsPage } from './details/routes.tsx'

const ONE = '/clients/:client_id'
const right = 'clients:manage'

// A suspension needs no version: a renamed client must not make it fail. Lifting it needs the
// suspension that the person saw. Both run however often they are sent: a repeat finds the work
// done, and one that arrives after someone undid it is intended. A repeat is told from somebody else's
// work by its reason, or by who resumed last.

const suspend = formRoute({
  path: `${ONE}/suspension`,
  right,
  parse: (c) => {
    const typed = c.var.form.get('reason')?.trim()
    return parse(typed ? { reason: typed } : {}, suspensionSchema).reason
  },
  run: async (c, request, reason) => {
    const client = await suspendClient(c.var.deps, ofClient(c, request), reason)
    const isOurs = (client.suspension?.reason ?? undefined) === reason
    return { client, isBefore: Boolean(reason) && !isOurs }
  },
  done: (c, { client, isBefore }) => {
    const kind = isBefore ? 'client.suspended_before' : 'client.suspended'
    return flashClient(c, kind, client, client.suspension?.at ?? 0)
  },
  repeat: 'runs',
  show: showChange((client, entered) => suspendChange(client, entered)),
})

/** Suggests the reason of the previous suspension. */
async function askToSuspend(c: ConsoleContext) {
  const { deps } = c.var
  const client = await findClient(deps, pathId(c, 'client_id'))
  if (client.suspension) return nothingToDo(c, client)
  const query = { clientId: client.clientId, action: 'client.suspended' as const }
  const [last] = await deps.auditEvents.list({ ...query, limit: 1, after: null })
  return changePage(c, client, suspendChange(client, NOTHING_ENTERED, last?.reason))
}

const resume = formRoute({
  path: `${ONE}/resumption`,
  right,
  parse: (c) => Number(c.var.form.get(SUSPENDED_AT)),
  run: async (c, request, seen) => {
    const client = await resumeClient(c.var.deps, ofClient(c, request), seen)
    const { clientId } = client
    const query = { clientId, action: 'client.resumed' as const, limit: 1, after: null }
    const [last] = await c.var.deps.auditEvents.list(query)
    return { client, isBefore: last?.actor.id !== request.principal.id }
  },
  done: (c, { client, isBefore }) => {
    const kind = isBefore ? 'client.resumed_before' : 'client.resumed'
    return flashClient(c, kind, client, client.updatedAt)
  },
  repeat: 'runs',
  show: showChange((client, _entered, c) =>
    client.suspension ? resumeChange(client, c.var.deps.now()) : null,
  ),
  conflict: newestDetailsPage,
})

const revokeTokens = formRoute({
  path: `${ONE}/token-revocation`,
  right,
  parse: noFields,
  run: (c, request) => revokeClientTokens(c.var.deps, ofClient(c, request)),
  ...clientChanged('client.tokens_revoked'),
  show: showChange(revokeTokensChange),
})

const remove = formRoute({
  path: `${ONE}/deletion`,
  right,
  parse: async (c) => {
    const client = await findClient(c.var.deps, pathId(c, 'client_id'))
    if (asTyped(c.var.form.get('confirm') ?? '') !== asTyped(client.name)) {
      throw invalidField('confirm', `must be the name of the client: ${client.name}`)
    }
  },
  run: async (c, request) => {
    await deleteClient(c.var.deps, asSeen(c, request))
    return { id: pathId(c, 'client_id'), at: c.var.deps.now() }
  },
  done: flashDeleted,
  repeat: flashDeleted,
  show: showChange((client, entered, c) => deleteChange(client, c.var.deps.now(), entered)),
})

function flashDeleted(c: ConsoleContext, { id, at }: Repeat) {
  const flash: Flash = { kind: 'client.deleted', id, name: called(c.var.form), at }
  return redirectWithFlash(c, '/clients', flash)
}

/** Normalizes Unicode and white space, which may differ between a page and a keyboard. */
function asTyped(name: string): string {
  return name.normalize('NFC').replaceAll(/\s+/g, ' ').trim()
}

const NOTHING_TO_DO = 'This was already done: the page shows the client as it is now.'

/** Nothing is wrong with a link to a question that is answered. A form that comes too late is refused. */
function nothingToDo(c: ConsoleContext, client: Client) {
  return detailsPage(c, client, NOTHING_TO_DO, c.req.method === 'GET' ? 200 : 412)
}

type ChangeOf = (client: Client, entered: Entered, c: ConsoleContext) => Change | null

/** Shows a change on a page of its own, or the client if there is nothing left to do. */
function showChange(changeOf: ChangeOf): ShowForm {
  return async (c, entered) => {
    const client = await findClient(c.var.deps, pathId(c, 'client_id'))
    const change = changeOf(client, entered, c)
    if (!change) return nothingToDo(c, client)
    const version = versionSeen(entered, client.version)
    return changePage(c, { ...client, version }, change, entered)
  }
}

export const clientChangeRoutes: ConsoleRoute[] = [
  { method: 'GET', path: `${ONE}/suspension`, right, handle: askToSuspend },
  suspend,
  question(resume),
  resume,
  question(revokeTokens),
  revokeTokens,
  question(remove),
  remove,
]
