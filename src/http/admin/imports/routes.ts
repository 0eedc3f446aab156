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

/** For people: a secret that a machine chose would be a credential that nobody here made. */
export const importRoutes: AdminRoute[] = [
  { method: 'POST', path: '/client-imports', right: 'person', handle: bring },
]
