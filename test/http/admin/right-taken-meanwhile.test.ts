import { expect, it, vi } from 'vitest'
import { beforeTheCommit } from '../../support/counting.ts'
import {
  type Client,
  ISSUER,
  type Json,
  type TestServer,
  testServer,
} from '../../support/server.ts'

// The right to a change is asked for once more behind the head of the log, where nothing can come between.

it.each<[string, (server: TestServer, machine: Client) => Promise<unknown>, number, string]>([
  ['is suspended', (server, machine) => server.suspend(machine), 401, 'invalid_token'],
  [
    'has lost its tokens',
    (server, { id }) => server.adminOk('DELETE', `/clients/${id}/tokens`),
    401,
    'invalid_token',
  ],
])('INV-16: a machine that %s before its change is committed changes nothing', async (...row) => {
  const [, happens, status, code] = row
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const server = testServer()
  const machine = await server.client({ [ISSUER]: 'clients:manage' })
  const token = await server.token(machine)
  const target = await server.client()
  const { DB, hasHappened } = beforeTheCommit(server.bindings.DB, () => happens(server, machine))
  const meanwhile = testServer({ now: server.clock.now, env: { ...server.bindings, DB } })
  const path = `/clients/${target.id}`
  const response = await meanwhile.send(`/admin/v1${path}/suspension`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${token}` },
  })
  const { type } = await response.json<Json>()
  expect([hasHappened(), response.status, type]).toEqual([
    true,
    status,
    `urn:portcullis:problem:${code}`,
  ])
  expect(await server.adminOk('GET', path)).toMatchObject({ suspended_at: null })
})
