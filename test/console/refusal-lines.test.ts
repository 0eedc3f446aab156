import { expect, it, vi } from 'vitest'
import { signInAs } from '../support/console.ts'
import { ISSUER, testServer } from '../support/server.ts'

const FROM = '203.0.113.7'
const FORM = { Origin: ISSUER, 'Content-Type': 'application/x-www-form-urlencoded' }

function started() {
  const warnings = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const server = testServer({ clientAddress: () => FROM, failureLimits: { perClient: 1 } })
  const logged = () =>
    warnings.mock.calls.map(([line]: unknown[]) => JSON.parse(String(line)) as unknown)
  return { server, logged }
}

it('names the limit that guesses of the bootstrap token met', async () => {
  const { server, logged } = started()
  const guess = (token: string) =>
    server.send('/console/sign-in', {
      method: 'POST',
      headers: FORM,
      body: new URLSearchParams({ token }).toString(),
    })
  for (const token of ['a', 'b', 'c']) await guess(token)
  const last = { status: 429, reason: 'too_many_requests', detail: 'guesses', proven: false }
  expect(logged()).toContainEqual(expect.objectContaining(last))
})

it('says of whoever is signed in that a session proved who it is', async () => {
  const { server, logged } = started()
  const { administrator_id } = await server.adminOk('POST', '/administrators', {
    email: 'vera@example.com',
    access: 'view',
  })
  const vera = await signInAs(server, String(administrator_id))
  expect((await vera.post('/clients', { client_name: 'x' })).status).toBe(403)
  const line = { status: 403, proven: true, method: 'session' }
  expect(logged()).toContainEqual(expect.objectContaining(line))
})
