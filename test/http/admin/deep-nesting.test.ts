import { expect, it } from 'vitest'
import { type Json, testServer } from '../../support/server.ts'

// Written by hand: JSON.stringify itself needs more of the stack than every platform gives.
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

it.each<[string, number, string, Record<string, string>]>([
  ['/clients/client_1/keys', 5000, '{"jwk":{"kty":"EC","x":DEEP}}', {}],
  ['/clients/client_1/keys', 5000, '{"jwk":{"kty":"EC","x":DEEP}}', { 'Idempotency-Key': 'one' }],
  ['/issuers', 20_000, '{"jwks":{"keys":[DEEP]}}', { 'Idempotency-Key': 'one' }],
  ['/federation/diagnoses', 20_000, '{"issuer":"https://a.example","claims":{"sub":DEEP}}', {}],
])('a body for %s that is nested %i deep is refused: %s', async (path, levels, body, headers) => {
  const server = testServer()
  const answer = await server.send(`/admin/v1${path}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}`,
      'Content-Type': 'application/json',
      ...headers,
    },
    body: body.replace('DEEP', deep(levels)),
  })
  expect(answer.status).toBe(400)
  const problem = await answer.json<Json>()
  expect(problem['detail']).toBe('The body is nested more than 50 levels deep.')
})
