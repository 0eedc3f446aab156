import { withoutForbiddenCharacters } from '../../domain/text.ts'
import type { Admin } from '../admin.ts'
import type { ImportBody } from '../api-types.ts'
import { changeAsRead, versionIn } from '../change-as-read.ts'
import { sendOnce } from '../clients/send-once.ts'
import { EXIT, Failure } from '../failure.ts'
import { Refused } from '../http.ts'
import { progressLine } from '../progress.ts'
import type { ApiStep, Steps } from './compare.ts'
import type { PlannedClient } from './plan.ts'

/** Below the 100 of a request, and its 64 KiB, so that each is soon answered. */
const CLIENTS_AT_ONCE = 25
const CHARACTERS_AT_ONCE = 48_000

const IN_DOUBT =
  'It may have been created anyway. Run the command again: what is there stays as it is.'

export type Imported = {
  client_id: string
  client_name: string
  outcome: 'created' | 'exists' | 'refused'
  error?: string
}

/** Makes APIs, then roles, then clients. Each step is safe to be made again. */
export async function carryOut(
  admin: Admin,
  steps: Steps,
  expiresOn: string | undefined,
): Promise<Imported[]> {
  for (const api of steps.apis) await named(`API ${api.audience}`, bringApi(admin, api))
  const roleIds = new Map<string, string>()
  for (const { roleId, ...role } of steps.roles) {
    roleIds.set(role.name, roleId ?? (await named(`Role ${role.name}`, createRole(admin, role))))
  }
  const wanted = steps.clients.map((client) => ({
    ...client,
    roles: client.roles.flatMap((name) => roleIds.get(name) ?? []),
    secret: client.secret && { ...client.secret, ...(expiresOn && { expires_on: expiresOn }) },
  }))
  return bringClients(admin, wanted)
}

/** Says of what a refusal is: the server names a field alone. */
async function named<T>(what: string, step: Promise<T>): Promise<T> {
  try {
    return await step
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure
    const message = `${withoutForbiddenCharacters(what)}: ${failure.message}`
    throw new Failure(failure.exitCode, message)
  }
}

async function bringApi(admin: Admin, step: ApiStep): Promise<void> {
  const { existing, missing, audience, name, permissions } = step
  if (!existing) {
    await sendOnce(admin, '/apis', { audience, name, permissions }, IN_DOUBT)
  } else if (missing.length > 0) {
    // Read anew with its version: what others have added since must not be lost.
    const path = `/apis/${existing.api_id}`
    const answer = await admin.request('GET', path)
    const { permissions: held } = answer.body as typeof existing
    const all = [
      ...held,
      ...missing.filter((one) => !held.some((h) => h.permission === one.permission)),
    ]
    const ifMatch = versionIn(answer)
    await changeAsRead(admin, { path, ifMatch }, { state: { permissions: all } })
  }
}

async function createRole(admin: Admin, role: object): Promise<string> {
  const { body } = await sendOnce(admin, '/roles', role, IN_DOUBT)
  return (body as { role_id: string }).role_id
}

async function bringClients(admin: Admin, clients: PlannedClient[]): Promise<Imported[]> {
  const progress = progressLine(false)
  const done: Imported[] = []
  try {
    for (const some of portionsOf(clients)) {
      done.push(...(await bring(admin, some)))
      progress.show(`Imported ${done.length} of ${clients.length} clients...`)
    }
  } finally {
    progress.clear()
  }
  return done
}

function portionsOf(clients: PlannedClient[]): PlannedClient[][] {
  const portions: PlannedClient[][] = []
  let size = 0
  for (const client of clients) {
    const length = JSON.stringify(client).length
    const last = portions.at(-1)
    if (last && last.length < CLIENTS_AT_ONCE && size + length <= CHARACTERS_AT_ONCE) {
      last.push(client)
      size += length
    } else {
      portions.push([client])
      size = length
    }
  }
  return portions
}

/** A request that is malformed for one of its clients is refused whole: then each goes by itself. */
async function bring(admin: Admin, clients: PlannedClient[]): Promise<Imported[]> {
  try {
    const { body } = await admin.post('/client-imports', { clients }, 'as it is')
    const { results } = body as ImportBody
    if (!Array.isArray(results) || results.length !== clients.length) {
      throw new Failure(
        EXIT.failed,
        'The answer is not a list of results. Is this the URL of Portcullis?',
      )
    }
    return results.map(({ outcome, error }, i) => ({
      ...labelsOf(clients[i]),
      outcome,
      ...(error && { error: detailOf(error) }),
    }))
  } catch (error) {
    const isMalformed = error instanceof Refused && error.answer.status === 400
    if (!isMalformed) throw error
    if (clients.length > 1) {
      const each: Imported[] = []
      for (const client of clients) each.push(...(await bring(admin, [client])))
      return each
    }
    return [{ ...labelsOf(clients[0]), outcome: 'refused', error: error.message }]
  }
}

function labelsOf(client: PlannedClient | undefined) {
  return { client_id: client?.client_id ?? '', client_name: client?.client_name ?? '' }
}

function detailOf({ detail, errors = [] }: { detail: string; errors?: FieldBody[] | undefined }) {
  return [detail, ...errors.map(({ field, detail: why }) => `${field} ${why}`)].join(' ')
}

type FieldBody = { field: string; detail: string }
