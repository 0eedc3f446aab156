import { findClient } from '../../actions/change-client.ts'
import { createSecret } from '../../actions/create-secret.ts'
import { deleteClient } from '../../actions/delete-client.ts'
import { deleteSecret } from '../../actions/delete-secret.ts'
import { resumeClient } from '../../actions/resume-client.ts'
import { revokeClientTokens } from '../../actions/revoke-client-tokens.ts'
import { suspendClient } from '../../actions/suspend-client.ts'
import type { Client } from '../../domain/client.ts'
import { invalidField } from '../../domain/errors.ts'
import { checked } from '../../web/checked.ts'
import { suspensionSchema } from '../../web/schemas.ts'
import { orAgain } from '../again.ts'
import { type Change, changePage } from '../clients/change.tsx'
import { deleteChange, SUSPENDED_AT, suspendChange } from '../clients/changes.tsx'
import { newSecretIn } from '../clients/form-input.ts'
import { onceOf, orSentAlready, readOnce, sentAlready } from '../clients/once.tsx'
import { secretChange } from '../clients/secret-changes.tsx'
import { clientRequest, clientRequestAsSeen, orNewest } from '../clients/stale.ts'
import { type ConsoleContext, type ConsoleRoute, goTo, pathId } from '../door.ts'
import type { Entered } from '../parts/field.tsx'
import { credentialsPage } from '../clients/credentials-page.tsx'
import { detailsPage } from './client-details.tsx'

// Stopping somebody asks for no version: it must not fail for a change of a name. Lifting it asks for the
// suspension that was seen.

async function suspend(c: ConsoleContext) {
  const work = async () => {
    const reason = c.var.form.get('reason')?.trim()
    const { reason: why } = checked(reason ? { reason } : {}, suspensionSchema)
    await suspendClient(c.var.deps, clientRequest(c), why)
    return toClient(c, 'suspended')
  }
  return orAsked(c, work, (_client, entered) => suspendChange(entered))
}

async function resume(c: ConsoleContext) {
  const seen = Number(c.var.form.get(SUSPENDED_AT))
  const work = async () => {
    await resumeClient(c.var.deps, clientRequest(c), seen)
    return toClient(c, 'resumed')
  }
  return orNewest(c, work, (client, note) => detailsPage(c, client, note))
}

async function revokeTokens(c: ConsoleContext) {
  await revokeClientTokens(c.var.deps, clientRequest(c))
  return toClient(c, 'tokens-revoked')
}

async function remove(c: ConsoleContext) {
  const work = async () => {
    const client = await findClient(c.var.deps, pathId(c, 'client_id'))
    const typed = c.var.form.get('confirm') ?? ''
    if (asTyped(typed) !== asTyped(client.name)) {
      throw invalidField('confirm', `must be the name of the client: ${client.name}`)
    }
    await deleteClient(c.var.deps, clientRequestAsSeen(c))
    return goTo(c, '/clients', 'deleted')
  }
  return orAsked(c, work, deleteChange)
}

/** As a page shows it and a person types it. */
function asTyped(name: string): string {
  return name.normalize('NFC').replaceAll(/\s+/g, ' ').trim()
}

async function addSecret(c: ConsoleContext) {
  const { deps, form } = c.var
  const secretId = `secret_${readOnce(form)}`
  const create = async () => {
    const input = { ...newSecretIn(form, deps.now()), secretId }
    const { client, secretText } = await createSecret(deps, clientRequestAsSeen(c), input)
    return credentialsPage(c, client, secretText)
  }
  // Asked before the version is: a form that was sent has changed what it was made from.
  if (await deps.clients.isTaken(secretId)) return already(c)
  const work = () =>
    orSentAlready(
      create,
      () => already(c),
      secretId,
      (id) => deps.clients.isTaken(id),
    )
  const terms = { now: deps.now(), lead: deps.reminderLead, once: onceOf(c) }
  return orAsked(c, work, (client, entered) => secretChange(client, terms, entered))
}

function already(c: ConsoleContext) {
  return sentAlready(c, pathId(c, 'client_id'), 'a secret')
}

async function removeSecret(c: ConsoleContext) {
  const work = async () => {
    await deleteSecret(c.var.deps, clientRequestAsSeen(c), pathId(c, 'secret_id'))
    return toClient(c, 'secret-deleted')
  }
  return orNewest(c, work, (client, note) => detailsPage(c, client, note))
}

function toClient(c: ConsoleContext, done: string) {
  return goTo(c, `/clients/${pathId(c, 'client_id')}`, done)
}

/** Where it is refused for what was typed, it is asked again; where the client changed, it is shown. */
function orAsked(
  c: ConsoleContext,
  work: () => Promise<Response>,
  change: (client: Client, entered: Entered) => Change,
) {
  const again = async (entered: Entered) => {
    const version = Number(entered.values.get('version'))
    const client = { ...(await findClient(c.var.deps, pathId(c, 'client_id'))), version }
    return changePage(c, client, change(client, entered), entered)
  }
  return orNewest(
    c,
    () => orAgain(c, work, again),
    (client, note) => detailsPage(c, client, note),
  )
}

const ONE = '/clients/:client_id'
const right = 'clients:manage'

export const clientChangeRoutes: ConsoleRoute[] = [
  { method: 'POST', path: `${ONE}/suspension`, right, handle: suspend },
  { method: 'POST', path: `${ONE}/resumption`, right, handle: resume },
  { method: 'POST', path: `${ONE}/token-revocation`, right, handle: revokeTokens },
  { method: 'POST', path: `${ONE}/deletion`, right, handle: remove },
  { method: 'POST', path: `${ONE}/secrets`, right, handle: addSecret },
  { method: 'POST', path: `${ONE}/secrets/:secret_id/deletion`, right, handle: removeSecret },
]
