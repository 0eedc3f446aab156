import { beforeEach, expect, it, vi } from 'vitest'
import { type ConsoleVisitor, signInAs } from '../support/console.ts'
import { beforeTheCommit } from '../support/counting.ts'
import { type TestServer, testServer } from '../support/server.ts'

// The right to a change is asked for once more behind the head of the log, where nothing can come between.

let server: TestServer
let ada: string

beforeEach(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  server = testServer()
  const body = { email: 'ada@example.com', access: 'manage' }
  ada = String((await server.adminOk('POST', '/administrators', body))['administrator_id'])
})

/** Ada suspends a client, and something else happens right before her change is committed. */
async function suspendWhile(happens: (visitor: ConsoleVisitor) => Promise<unknown>) {
  const { id } = await server.client()
  const path = `/clients/${id}/suspension`
  const visitor = await signInAs(server, ada)
  const { DB, hasHappened } = beforeTheCommit(server.bindings.DB, () => happens(visitor))
  const meanwhile = testServer({ now: server.clock.now, env: { ...server.bindings, DB } })
  const send = await visitor.fill(path)
  const response = await send(visitor.cookie, meanwhile)
  expect(hasHappened()).toBe(true)
  const { suspended_at: suspendedAt } = await server.adminOk('GET', `/clients/${id}`)
  expect(suspendedAt).toBeNull()
  return [response.status, await response.text()] as const
}

it('INV-16: a right to manage that is taken away changes nothing any more', async () => {
  const [status, page] = await suspendWhile(() =>
    server.adminOk('PATCH', `/administrators/${ada}`, { access: 'view' }),
  )
  expect(status).toBe(403)
  expect(page).toContain('This needs clients:manage.')
})

it('INV-16: a session that ends changes nothing any more, and the page says so', async () => {
  const [status, page] = await suspendWhile((visitor) => visitor.post('/sign-out'))
  expect(status).toBe(401)
  expect(page).toContain('You were signed out, so nothing was changed.')
})
