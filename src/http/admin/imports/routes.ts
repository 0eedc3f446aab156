import { importClients, type ImportResult } from '../../../actions/clients/import-clients.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { toImportedClient } from '../../../web/import-input.ts'
import { creationRequest } from '../shared/idempotency.ts'
import { readJson } from '../shared/json.ts'
import { problemBody } from '../shared/problems.ts'
import type { AdminRoute } from '../shared/route.ts'
import { importSchema } from './requests.ts'
import type { ImportResponse } from './response.ts'

async function bring(c: AppContext) {
  const input = readJson(c, importSchema)
  const request = creationRequest(c, input)
  const clients = input.clients.map(toImportedClient)
  const { results, isRepeat } = await importClients(c.var.deps, request, clients)
  if (isRepeat) c.header('Idempotency-Replayed', 'true')
  const body: ImportResponse = { results: results.map(resultBody) }
  return c.json(body)
}

function resultBody({ clientId, outcome, refusal }: ImportResult) {
  return { client_id: clientId, outcome, error: refusal ? problemBody(refusal) : undefined }
}

/** Not by a token: an imported secret is a credential that was not made here. */
export const importRoutes: AdminRoute[] = [
  { method: 'POST', path: '/client-imports', right: 'person', handle: bring },
]
