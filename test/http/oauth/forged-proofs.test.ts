import { beforeAll, beforeEach, expect, it } from 'vitest'
import { FORGED_PROOFS } from '../../support/forged-proofs.ts'
import { type ProofMaker, proofKey, proofMaker } from '../../support/proofs.ts'
import {
  API,
  type Client,
  ISSUER,
  type Json,
  testServer,
  type TestServer,
} from '../../support/server.ts'

// RFC 9449 §4.3 at the token endpoint, where no token is there to be compared yet.

const NOW = 1_800_000_000
const FORGED = FORGED_PROOFS.filter(
  ({ name, fault }) => fault !== 'wrong_token' && name !== 'no proof',
)

let server: TestServer
let client: Client
let maker: ProofMaker

beforeAll(async () => {
  const request = { method: 'POST', url: `${ISSUER}/oauth/token`, token: 'none', now: NOW }
  maker = await proofMaker(request, await proofKey())
})

beforeEach(async () => {
  server = testServer({ now: NOW })
  await server.api()
  client = await server.client({ [API]: 'invoices:read' })
})

it.each(FORGED)('a token request is refused for $name', async ({ proof }) => {
  const headers = { DPoP: (await proof(maker)) ?? '' }
  const fields = { grant_type: 'client_credentials' }
  const response = await server.form('/oauth/token', fields, client, headers)
  expect(response.status).toBe(400)
  expect((await response.json<Json>())['error']).toBe('invalid_dpop_proof')
})
