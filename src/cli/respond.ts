import { withoutForbiddenCharacters } from '../domain/text.ts'
import { type Admin, openAdmin } from './admin.ts'
import type { RecordedBody } from './api-types.ts'
import { clientsArgument } from './clients/client-argument.ts'
import { action } from './command.ts'
import { EXIT, Failure, usageFailure } from './failure.ts'
import { withClient } from './find-client.ts'
import { isNotThere } from './http.ts'
import { note, print, printJson } from './terminal.ts'

const args = {
  ...clientsArgument,
  reason: { type: 'string', valueHint: 'TEXT', description: 'Why; it goes to the audit log' },
  noSuspend: { type: 'boolean', description: 'Leave the clients able to get tokens' },
  noEndSecrets: { type: 'boolean', description: 'Leave their secrets as they are' },
  noRevokeTokens: { type: 'boolean', description: 'Leave their tokens as they are' },
} as const

export const respond = action(
  'respond',
  'Respond to a leak: suspend clients, end their secrets and revoke their tokens',
  args,
  async ({ client: named, reason, json, ...not }) => {
    const { noSuspend, noEndSecrets, noRevokeTokens } = not
    if (noSuspend && noEndSecrets && noRevokeTokens) throw usageFailure('Nothing is left to do.')
    const measures = {
      suspend: !noSuspend,
      end_secrets: !noEndSecrets,
      revoke_tokens: !noRevokeTokens,
    }
    const admin = await openAdmin()
    const client_ids = await idsOf(admin, named)
    const wanted = { client_ids, reason, ...measures }
    const { body } = await admin.post('/incidents', wanted, 'by key')
    const recorded = body as RecordedBody
    if (json) printJson(recorded)
    else printRecorded(admin.issuer, recorded)
    return recorded.results.every(({ done }) => done) ? EXIT.ok : EXIT.failed
  },
)

/** Before anything is done: a name that is mistyped must not leave half of a leak. */
async function idsOf(admin: Admin, named: string[]): Promise<string[]> {
  const ids: string[] = []
  try {
    for (const name of named) ids.push(await idOf(admin, name))
  } catch (failure) {
    if (failure instanceof Failure && named.length > 1) note('NOT done for any of these clients.')
    throw failure
  }
  return ids
}

/** A client that was deleted keeps its id: the answer says so of it, and the others are stopped. */
async function idOf(admin: Admin, named: string): Promise<string> {
  try {
    return await withClient(admin, named, async (id) => {
      if (id === named) await admin.request('GET', `/clients/${id}`)
      return id
    })
  } catch (failure) {
    if (isNotThere(failure)) return named
    throw failure
  }
}

function printRecorded(issuer: string, { incident_id: id, results }: RecordedBody): void {
  for (const { client_id: clientId, client, error } of results) {
    if (error) note({ text: 'NOT done', colour: 'red' }, `: ${clientId}\n${error.detail}`)
    else print({ text: 'Done', colour: 'green' }, `: ${stateOf(clientId, client)}`)
  }
  print(`${issuer}/console/incidents/${id}`)
}

/** A repeat of a request that was carried out may find that a client was deleted since. */
function stateOf(clientId: string, client: RecordedBody['results'][number]['client']): string {
  if (!client) return `${clientId}, deleted since`
  const { client_name: name, status, propagation } = client
  const label = `${withoutForbiddenCharacters(name)} (${clientId})`
  return `${label}, now ${status}; propagation ${propagation}`
}
