import type { Client } from '../../domain/client.ts'
import { MadeBefore, Refusal } from '../../domain/errors.ts'
import { importedKeyId } from '../../domain/imported-secret.ts'
import { samePermission } from '../../domain/permission.ts'
import type { Secret } from '../../domain/secret.ts'
import { hintOf } from '../../domain/secret-text.ts'
import { requireAllowed } from '../../domain/policy.ts'
import type { Seconds } from '../../domain/time.ts'
import {
  type AdminRequest,
  commitChange,
  type Decision,
  noChange,
} from '../changes/commit-change.ts'
import { makeOnce } from '../changes/make-once.ts'
import { settleClients } from '../changes/settle-gates.ts'
import { decideNewClient, type NewClient, type RegisterDeps } from './create-client.ts'
import { expiryOf, type SecretInput, secretOf, type SecretDeps } from './make-secret.ts'

/** How many clients one request may bring. */
export const IMPORT_MAX = 100

/** A secret that another server made: its text, or a hash of it that can be verified. */
export type ImportedSecret = SecretInput & ({ text: string } | { hash: string })

export type ImportedClient = Omit<NewClient, 'secret'> & {
  clientId: string
  secret: ImportedSecret | null
}

export type ImportResult = {
  clientId: string
  outcome: 'created' | 'exists' | 'refused'
  client: Client | null
  refusal: Refusal | null
}

/** Whether it was carried out by an earlier request with the same idempotency key. */
export type ImportOutcome = { results: ImportResult[]; isRepeat: boolean }

/**
 * Creates clients of another server under the ids that they have there, by one commit. Each is judged
 * by itself: one that is refused, or exists already, does not stop the others. So the same import may
 * be sent again; it never changes a client that exists.
 */
export async function importClients(
  deps: RegisterDeps,
  request: AdminRequest,
  inputs: ImportedClient[],
): Promise<ImportOutcome> {
  const decide = (now: Seconds) => decideAll(deps, request, inputs, now)
  try {
    const results = await commitChange(deps, request, makeOnce(deps, request, decide))
    return { results, isRepeat: false }
  } catch (error) {
    if (!(error instanceof MadeBefore)) throw error
    settleClients(
      deps,
      inputs.map(({ clientId }) => clientId),
    )
    const { result } = await decide(deps.now())
    return { results: result.map(asItIs), isRepeat: true }
  }
}

async function decideAll(
  deps: RegisterDeps,
  request: AdminRequest,
  inputs: ImportedClient[],
  now: Seconds,
): Promise<Decision<ImportResult[]>> {
  const ids = inputs.map(({ clientId }) => clientId)
  const found = await deps.clients.findMany(ids)
  const byId = new Map(found.map((client) => [client.clientId, client]))
  const deleted = new Set(await deps.clients.deletedAmong(ids))
  const known = await accessRead(deps, inputs)
  const all: Decision<ImportResult[]> = { result: [], events: [], writes: [], speaksOf: ids }
  for (const input of inputs) {
    const { clientId } = input
    try {
      if (deleted.has(clientId)) throw new Refusal('conflict', DELETED)
      const client = byId.get(clientId)
      const decision = client ? noChange(client) : await decideOne(known, request, input, now)
      const outcome = client ? 'exists' : 'created'
      all.result.push({ clientId, outcome, client: decision.result, refusal: null })
      all.events.push(...decision.events)
      all.writes.push(...decision.writes)
      // Where every client is refused, nothing is made, and the key is as new.
      all.made ??= { type: 'client', id: clientId }
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal
      all.result.push({ clientId, outcome: 'refused', client: null, refusal })
    }
  }
  return all
}

/** The outcome of a repeated import, which makes nothing: what would be made now was refused then. */
function asItIs(one: ImportResult): ImportResult {
  if (one.outcome !== 'created') return one
  const refusal = new Refusal('conflict', NOT_MADE)
  return { ...one, outcome: 'refused', client: null, refusal }
}

const NOT_MADE =
  'This import was carried out before, and did not make this client: it was refused then. Nothing was made now.'

const DELETED = 'A client with this id was deleted here, and an id is never used again.'

/** Reads the access of all clients at once, and answers for each from what was read. */
async function accessRead(deps: RegisterDeps, inputs: ImportedClient[]): Promise<RegisterDeps> {
  const roles = await deps.roles.findMany([...new Set(inputs.flatMap((one) => one.roles))])
  const unknown = await deps.apis.unknown(inputs.flatMap(({ permissions }) => permissions))
  return {
    ...deps,
    roles: { ...deps.roles, findMany: async (ids) => roles.filter((r) => ids.includes(r.roleId)) },
    apis: {
      ...deps.apis,
      unknown: async (all) => all.filter((one) => unknown.some((two) => samePermission(one, two))),
    },
  }
}

async function decideOne(
  deps: RegisterDeps,
  request: AdminRequest,
  { clientId, secret: sent, ...input }: ImportedClient,
  now: Seconds,
): Promise<Decision<Client>> {
  const secret = sent && (await importedSecret(deps, clientId, sent, request.principal.id, now))
  const identity = {
    clientId,
    made: secret && { secret },
    // Above that of every token which a client of this id was ever given here: a database that was
    // restored may not know that there was one.
    generation: now,
    reason: 'Imported from another server, with its id',
  }
  const decision = await decideNewClient(deps, request, input, identity, now)
  return { ...decision, result: decision.result.client }
}

async function importedSecret(
  deps: SecretDeps,
  clientId: string,
  sent: ImportedSecret,
  createdBy: string,
  now: Seconds,
): Promise<Secret> {
  const { remind = true, label = '' } = sent
  requireAllowed(deps.policy, 'secret')
  const expiresAt = expiryOf(deps, sent, 'secret.expires_on', now)
  const keyId = importedKeyId(clientId)
  const isText = 'text' in sent
  const verifier = await (isText
    ? deps.verifiers.make(keyId, sent.text)
    : deps.verifiers.keep(keyId, sent.hash))
  const given = { remind, label, createdBy, retireOthersIn: null }
  return secretOf(
    deps,
    expiresAt,
    { ...given, verifier, hint: isText ? hintOf(sent.text) : '' },
    now,
  )
}
