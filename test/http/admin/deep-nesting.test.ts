import { expect, it } from 'vitest'
import { type Json, testServer } from '../../support/server.ts'

const deep = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) as unknown

it.each<[string, Json, Record<string, string>]>([
  ['/clients/client_1/keys', { jwk: { kty: 'EC', x: deep(5000) } }, {}],
  ['/clients/client_1/keys', { jwk: { kty: 'EC', x: deep(5000) } }, { 'Idempotency-Key': 'one' }],
  ['/issuers', { jwks: { keys: [deep(20_000)] } }, { 'Idempotency-Key': 'one' }],
  ['/federation/diagnoses', { issuer: 'https://a.example', claims: { sub: deep(20_000) } }, {}],
])('a body for %s that is nested too deeply is refused', async (path, body, headers) => {
  const server = testServer()
  const answer = await server.send(`/admin/v1${path}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}`,
      'Content-Type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(400)
  const problem = await answer.json<Json>()
  expect(problem['detail']).toBe('The body is nested more than 50 deep.')
})
